// The commands and types of the shell, in the form tauri-specta generates them.

import { invoke as __TAURI_INVOKE, Channel } from "@tauri-apps/api/core";

export const commands = {
	attach: (channel: Channel<CashierMessage>) => __TAURI_INVOKE<void>("attach", { channel }),
	scan: (code: string, times: number) => typedError<null, TillError>(__TAURI_INVOKE("scan", { code, times })),
	enter: (text: string) => typedError<null, TillError>(__TAURI_INVOKE("enter", { text })),
	setQuantity: (lineId: number, quantity: number) => typedError<null, TillError>(__TAURI_INVOKE("set_quantity", { lineId, quantity })),
	setPrice: (lineId: number, price: string, title: string | null) => typedError<null, TillError>(__TAURI_INVOKE("set_price", { lineId, price, title })),
	removeLine: (lineId: number) => typedError<null, TillError>(__TAURI_INVOKE("remove_line", { lineId })),
	undo: () => typedError<null, TillError>(__TAURI_INVOKE("undo")),
	redo: () => typedError<null, TillError>(__TAURI_INVOKE("redo")),
	setWaiters: (waiter1Id: string | null, waiter2Id: string | null) => typedError<null, TillError>(__TAURI_INVOKE("set_waiters", { waiter1Id, waiter2Id })),
	charge: () => typedError<null, TillError>(__TAURI_INVOKE("charge")),
	askNow: (orderId: string) => typedError<null, TillError>(__TAURI_INVOKE("ask_now", { orderId })),
	cancelPayment: () => typedError<null, TillError>(__TAURI_INVOKE("cancel_payment")),
	reverseOrder: (orderId: string) => typedError<null, TillError>(__TAURI_INVOKE("reverse_order", { orderId })),
	dismiss: () => typedError<null, TillError>(__TAURI_INVOKE("dismiss")),
	practiceCustomer: (pays: boolean) => typedError<null, TillError>(__TAURI_INVOKE("practice_customer", { pays })),
	setLanguage: (language: Language) => typedError<null, TillError>(__TAURI_INVOKE("set_language", { language })),
	receipts: (query: ReceiptQuery) => typedError<ReceiptPage, TillError>(__TAURI_INVOKE("receipts", { query })),
	receipt: (orderId: string) => typedError<ReceiptDetail, TillError>(__TAURI_INVOKE("receipt", { orderId })),
};

/* Types */
export type CashierMessage = { kind: "view"; view: CashierView } | { kind: "cannot_start"; problem: StartProblem; language: Language };
export type StartProblem =
	| { code: "data_folder_in_use" }
	| { code: "data_folder_unwritable"; path: string }
	| { code: "database_newer" }
	| { code: "database_damaged" }
	| { code: "setting_invalid"; key: string };
export type Language = "zh-CN" | "en";
export type Mode = "practice" | "live";
export type CashierView = {
	revision: number;
	till: TillView;
	cart: CartView;
	next_cart: NextCartView | null;
	payment: PaymentView | null;
	notice: NoticeView | null;
	last_sale: LastSaleView | null;
	today: TodayView;
	unresolved_count: number;
	gateway: GatewayView;
	customer_display: CustomerDisplay;
};
export type TillView = {
	shop_name: string;
	till_number: string;
	mode: Mode;
	language: Language;
	cashier_id: string | null;
	insecure_secret: boolean;
};
export type CartView = {
	lines: LineView[];
	pieces: number;
	total_fen: number;
	locked: boolean;
	touched_line: number | null;
	touches: number;
	unknown_count: number;
	can_undo: boolean;
	can_redo: boolean;
	can_charge: boolean;
	waiter1_id: string | null;
	waiter2_id: string | null;
};
export type LineView = {
	id: number;
	barcode: string;
	title: string | null;
	price_fen: number | null;
	quantity: number;
	amount_fen: number;
	check_digit_wrong: boolean;
};
export type NextCartView = { pieces: number; unknown_count: number; total_fen: number; last: string | null };
export type Stage =
	| "submitting"
	| "awaiting"
	| "verifying"
	| "paid"
	| "closing"
	| "cancelling"
	| "closed"
	| "cancelled"
	| "void"
	| "unresolved";
export type PaymentReason =
	| { code: "expired" }
	| { code: "by_cashier" }
	| { code: "never_sent" }
	| { code: "rejected"; gateway_code: string; message: string }
	| { code: "answer_contradicts" }
	| { code: "link_refused" }
	| { code: "link_lost" }
	| { code: "amount_differs" }
	| { code: "gateway_silent" }
	| { code: "gateway_unsure" }
	| { code: "close_refused"; gateway_code: string; message: string }
	| { code: "by_gateway" };
export type PaymentView = {
	order_id: string;
	order_tail: string;
	stage: Stage;
	reason: PaymentReason | null;
	declined: boolean;
	offline: boolean;
	total_fen: number;
	payable_fen: number | null;
	real_fen: number | null;
	submitted_in_ms: number | null;
	remaining_s: number | null;
	qr: QrView | null;
	receipt_number: string | null;
	can_ask: boolean;
	can_cancel: boolean;
	can_reverse: boolean;
};
export type QrView = { modules: number; path: string };
export type NoticeView = { id: number; notice: Notice };
export type Notice =
	| { code: "scanned"; title: string; quantity: number }
	| { code: "unknown_code"; barcode: string }
	| { code: "went_to_next_cart"; title: string }
	| { code: "paid_later"; real_fen: number; receipt_number: string }
	| { code: "ended_unpaid"; total_fen: number }
	| { code: "not_saved"; problem: StoreProblem };
export type StoreProblem = "disk_full" | "read_only" | "failed";
export type Outcome = "open" | "paid" | "refunded" | "closed" | "cancelled" | "void" | "unresolved";
export type LastSaleView = { amount_fen: number; outcome: Outcome; time: string };
export type TodayView = { count: number; sum_fen: number };
export type GatewayView = { link: Link; round_trip_ms: number | null };
export type Link = "idle" | "online" | "offline";
export type CustomerDisplay = "own_monitor" | "shared_monitor" | "closed";
export type ReceiptQuery = { text: string; day: string | null; offset: number };
export type ReceiptPage = { rows: ReceiptRow[]; more: boolean };
export type ReceiptRow = {
	order_id: string;
	receipt_number: string | null;
	day: string;
	time: string;
	outcome: Outcome;
	total_fen: number;
	real_fen: number | null;
};
export type ReceiptDetail = {
	row: ReceiptRow;
	order_tail: string;
	reason: PaymentReason | null;
	trade_no: string | null;
	channel: PayChannel | null;
	payable_fen: number | null;
	refunded_fen: number | null;
	pay_time: string | null;
	lines: ReceiptLine[];
	till_number: string;
	terminal_id: string;
	cashier_id: string | null;
	can_ask: boolean;
	can_reverse: boolean;
};
export type PayChannel = "wechat" | "alipay";
export type ReceiptLine = { barcode: string; title: string; price_fen: number; quantity: number; amount_fen: number };
export type CustomerView = {
	screen: CustomerScreen;
	shop_name: string;
	practice: boolean;
	language: Language;
	clock: string;
	lines: CustomerLine[];
	earlier_lines: number;
	pieces: number;
	total_fen: number;
	last: CustomerLine | null;
	payable_fen: number | null;
	qr: QrView | null;
	remaining_permille: number | null;
	declined: boolean;
	paid_fen: number | null;
};
export type CustomerScreen = "closed" | "welcome" | "shopping" | "pay" | "paid" | "trouble";
export type CustomerLine = { title: string; quantity: number; price_fen: number; amount_fen: number };
export type TillError =
	| { code: "code_unreadable" }
	| { code: "quantity_out_of_range" }
	| { code: "cart_full"; max_lines: number }
	| { code: "amount_too_large" }
	| { code: "price_unreadable" }
	| { code: "price_not_positive" }
	| { code: "nothing_to_undo" }
	| { code: "nothing_to_redo" }
	| { code: "line_gone" }
	| { code: "cart_locked" }
	| { code: "cart_empty" }
	| { code: "total_not_positive" }
	| { code: "goods_unpriced"; count: number }
	| { code: "setup_incomplete"; key: string }
	| { code: "secret_unavailable" }
	| { code: "order_unsendable"; field: string }
	| { code: "not_now" }
	| { code: "not_found" }
	| { code: "not_saved"; problem: StoreProblem }
	| { code: "busy" }
	| { code: "not_open" };

/* Tauri Specta runtime */
async function typedError<T, E>(result: Promise<T>): Promise<{ status: "ok"; data: T } | { status: "error"; error: E }> {
	try {
		return { status: "ok", data: await result };
	} catch (e) {
		if (e instanceof Error) throw e;
		return { status: "error", error: e as any };
	}
}
