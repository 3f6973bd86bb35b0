import type {
  CashierMessage,
  CashierView,
  Discount,
  Language,
  LineView,
  StartProblem,
  TillError,
} from "../shared/backend";
import {
  AWAY,
  PAYMENTS,
  payingView,
  RECEIPTS,
  sampleCart,
  sampleLines,
  sampleReceipt,
  sampleView,
  UNKNOWN_LINE,
  UNWEIGHED_LINE,
} from "./scenes";
import { ailing } from "./ailing-shell";
import { discountedCart, greatLines } from "./goods-scenes";
import { HELD_CARTS } from "./held-scenes";
import { pretendImports } from "./import-scenes";
import { CATEGORIES, pretendGoodsOf, pretendKeys, pretendPictures, pretendSearch } from "./search-scenes";
import { pretendStaff } from "./pretend-staff";
import { pretendSettings } from "./settings-scenes";
import { asked, askedLanguage, onSpeak, setStage, settled } from "./stage";
import { CODES } from "./payment-scenes";

// A pretended shell for a plain browser: `?scene=awaiting&lang=en&theme=dark&practice`.

setStage();

type Ok<T> = { status: "ok"; data: T };
type Err = { status: "error"; error: TillError };

let view = sceneOf(asked.get("scene") ?? "scanning");
let tell: (message: CashierMessage) => void = () => {};

function sceneOf(scene: string): CashierView {
  const payment = PAYMENTS[scene.replace(/^shared_/, "")];
  const cart = scene === "discounts" ? discountedCart() : sampleCart(linesOf(scene));
  const view = payment ? payingView(payment) : sampleView({ cart });
  if (scene.startsWith("shared_")) view.customer_display = "shared_monitor";
  if (scene === "awaiting_offline" || scene === "unresolved")
    view.gateway = { link: "offline", round_trip_ms: null };
  if (scene === "declined")
    view.next_cart = { pieces: 3, unknown_count: 1, total_fen: 1200, last: "可口可乐 300ml" };
  if (scene === "empty" || scene === "many") {
    view.held_count = HELD_CARTS.length;
    view.held = { pieces: 3, unknown_count: 0, total_fen: 1200, last: "可口可乐 300ml" };
  }
  if (scene === "unresolved" || scene === "receipts") view.unresolved_count = 1;
  if (scene === "away") view.away = AWAY;
  if (scene === "reconcile") {
    view.reconcile = {
      is_copy: asked.has("copy"),
      recorded: 3,
      problem: { code: "gateway_silent" },
      can_pass: asked.has("pass"),
    };
    view.cart.can_charge = false;
  }
  view.code = CODES[scene] ?? null;
  if (scene === "stuck") view.stuck = { order_id: "01939f0c8a4e7b3c9d218b1f47c2e6a0", problem: "disk_full" };
  if (scene === "unreadable") {
    const order_id = "01939f0c8a4e7b3c9d218b1f47c2e6a0";
    view.unreadable = [
      { order_id: `${order_id.slice(0, -1)}1`, total_fen: 200, due_fen: null },
      { order_id, total_fen: 4343, due_fen: 4343 },
    ];
  }
  if (scene === "refunds_due") view.refunds_due_count = 2;
  if (scene === "rung_up_before") view.cart.rung_up_before = "47c2e6a0";
  if (scene === "damaged") view.is_damaged = true;
  view.till.language = askedLanguage();
  if (asked.has("practice")) view.till.mode = "practice";
  if (asked.has("insecure")) view.till.insecure_secret = true;
  return view;
}

function linesOf(scene: string): LineView[] {
  if (scene === "empty") return [];
  if (scene === "unknown") return [...sampleLines(), UNKNOWN_LINE];
  if (scene === "great") return greatLines();
  if (scene === "unweighed") return [...sampleLines(), UNKNOWN_LINE, UNWEIGHED_LINE];
  return sampleLines(scene === "many" ? 500 : 6);
}

function change(changes: Partial<CashierView>): Promise<Ok<null>> {
  view = { ...view, ...changes, revision: view.revision + 1 };
  tell({ kind: "view", view });
  return Promise.resolve({ status: "ok", data: null });
}

function changeLines(lines: LineView[], touched: number | null): Promise<Ok<null>> {
  return change({ cart: { ...sampleCart(lines), touched_line: touched, touches: view.cart.touches + 1 } });
}

function amounts(line: LineView, quantity: number) {
  const gross_fen = (line.price_fen ?? 0) * quantity;
  return { gross_fen, amount_fen: gross_fen };
}

function refuse(error: TillError): Promise<Err> {
  return Promise.resolve({ status: "error", error });
}

export async function attach(onMessage: (message: CashierMessage) => void): Promise<void> {
  tell = onMessage;
  const problem = asked.get("problem");
  if (asked.get("scene") === "starting") return;
  onSpeak((language) => void shell.setLanguage(language));
  if (problem === null) tell({ kind: "view", view });
  else {
    const detail = { code: problem, path: "/var/lib/yima", key: "gateway.base_url" } as StartProblem;
    const shut = (language: Language) => tell({ kind: "cannot_start", problem: detail, language });
    shut(view.till.language);
    onSpeak(shut);
  }
  staff.begin();
  if (asked.has("quit")) tell({ kind: "quit_asked" });
}

const staff = pretendStaff(asked.get("staff"), (message) => tell(message));
const { examine, ...settings } = pretendSettings(asked.get("doctor"));
export { examine };

const shell = {
  ...settings,
  ...staff,
  scan(code: string, times: number) {
    const lines = view.cart.lines;
    const old = lines.find((line) => line.barcode === code);
    if (old) {
      const quantity = old.quantity + times;
      const line = { ...old, quantity, ...amounts(old, quantity) };
      return changeLines(
        lines.map((each) => (each === old ? line : each)),
        old.id,
      );
    }
    const id = Math.max(0, ...lines.map((line) => line.id)) + 1;
    return changeLines([...lines, { ...UNKNOWN_LINE, id, barcode: code, check_digit_wrong: false }], id);
  },
  enter: (text: string) =>
    text.includes("*") ? refuse({ code: "quantity_out_of_range" }) : shell.scan(text, 1),
  searchGoods: (text: string) =>
    text === "!"
      ? refuse({ code: "not_read" })
      : Promise.resolve({ status: "ok" as const, data: pretendSearch(text) }),
  ...pretendImports(),
  quickKeys: () => Promise.resolve({ status: "ok" as const, data: asked.has("nokeys") ? [] : pretendKeys() }),
  setQuickKeys: () => Promise.resolve({ status: "ok" as const, data: null }),
  categories: () => Promise.resolve({ status: "ok" as const, data: CATEGORIES }),
  goodsOf: (category: string, text: string) =>
    Promise.resolve({ status: "ok" as const, data: pretendGoodsOf(category, text) }),
  goodsPictures: () => Promise.resolve({ status: "ok" as const, data: pretendPictures() }),
  setQuantity(lineId: number, quantity: number) {
    if (quantity < 1 || quantity > 9999) return refuse({ code: "quantity_out_of_range" });
    const lines = view.cart.lines.map((line) =>
      line.id === lineId ? { ...line, quantity, ...amounts(line, quantity) } : line,
    );
    return changeLines(lines, lineId);
  },
  setWeight: (_lineId: number, _kilograms: string) => refuse({ code: "weight_unreadable" }),
  setPrice: (_lineId: number, _price: string, _title: string | null) => refuse({ code: "price_unreadable" }),
  overridePrice: (_lineId: number, _price: string, reason: string) =>
    refuse({ code: reason === "" ? "word_missing" : "price_unreadable" }),
  discountLine: (_lineId: number, _discount: Discount | null) => refuse({ code: "discount_out_of_range" }),
  discountOrder: (_discount: Discount | null) => change({ cart: discountedCart() }),
  note: (_lineId: number | null, text: string) =>
    change({ cart: { ...view.cart, sum: { ...view.cart.sum, note: text === "" ? null : text } } }),
  clearCart: () => changeLines([], null),
  removeLine: (lineId: number) =>
    changeLines(
      view.cart.lines.filter((line) => line.id !== lineId),
      null,
    ),
  undo: () => refuse({ code: "nothing_to_undo" }),
  redo: () => refuse({ code: "nothing_to_redo" }),
  holdCart: (name: string | null) =>
    name === "!"
      ? refuse({ code: "too_many_held", max: 200 })
      : change({ cart: sampleCart([]), held_count: view.held_count + 1 }),
  heldCarts: () => Promise.resolve({ status: "ok" as const, data: HELD_CARTS.slice(0, view.held_count) }),
  resumeCart: (_cartId: number) =>
    change({ held_count: view.held_count - 1, cart: sampleCart(sampleLines()) }),
  dropHeldCart: (_cartId: number) => change({ held_count: view.held_count - 1 }),
  setWaiters: (waiter1_id: string | null, waiter2_id: string | null) =>
    change({ cart: { ...view.cart, waiter1_id, waiter2_id } }),
  wantCode: () => change({ code: CODES.code_wanted ?? null }),
  takeCode: (_totalFen: number) =>
    change({
      code: null,
      payment: PAYMENTS.code_confirm ?? null,
      cart: { ...view.cart, locked: true },
    }),
  dropCode: () => change({ code: null }),
  takeCash: (totalFen: number, tenderedFen: number) =>
    tenderedFen < totalFen
      ? refuse({ code: "cash_too_little" })
      : change({ payment: PAYMENTS.paid_cash ?? null, cart: sampleCart([]) }),
  charge: () => change({ payment: PAYMENTS.awaiting ?? null, cart: { ...view.cart, locked: true } }),
  askNow: (_orderId: string) => refuse({ code: "busy" }),
  cancelPayment: () =>
    staff.refusal("void") ??
    change({ payment: PAYMENTS.closed_by_cashier ?? null, cart: { ...view.cart, locked: false } }),
  reverseOrder: (_orderId: string) => change({ payment: PAYMENTS.cancelling ?? null }),
  writeOff: (_orderId: string, by: string, _why: string) =>
    by === "" ? refuse({ code: "word_missing" }) : change({ payment: null, unresolved_count: 0 }),
  settleRefund: (_orderId: string, _by: string, _why: string) => change({ refunds_due_count: 0 }),
  refund: (orderId: string, amount: string, _leftFen: number, _by: string, _why: string) =>
    amount === ""
      ? refuse({ code: "amount_unreadable" })
      : change({ changes: view.changes + orderId.length }),
  dropRefund: (_orderId: string, _by: string, _why: string) => change({ changes: view.changes + 1 }),
  dismissNews: () => change({ away: [] }),
  checkAgain: () => change({ reconcile: null }),
  passList: (by: string, _why: string) =>
    by === "" ? refuse({ code: "word_missing" }) : change({ reconcile: null }),
  damage: () =>
    Promise.resolve({
      status: "ok",
      data: { can_read: true, backup_day: "2026-11-22", backup_time: "13:00:00" },
    } as const),
  restoreBackup: () => change({ reconcile: { is_copy: false, recorded: 0, problem: null, can_pass: false } }),
  quit: () => change({}),
  scanBroke: () => Promise.resolve({ status: "ok", data: null } as const),
  setMuted(muted: boolean) {
    tell({ kind: "sound", muted });
    return Promise.resolve({ status: "ok", data: null } as const);
  },
  dismiss: () => change({ payment: null }),
  practiceCustomer: (_orderId: string, pays: boolean) =>
    change({ payment: PAYMENTS[pays ? "paid" : "declined"] ?? null }),
  setLanguage: (language: "zh-CN" | "en") => change({ till: { ...view.till, language } }),
  receipts: (query: { text: string; day: string | null; offset: number }) => {
    const rows = RECEIPTS.filter(
      (row) => row.order_id.includes(query.text) || row.receipt_number?.includes(query.text),
    );
    return Promise.resolve({
      status: "ok" as const,
      data: { rows, more: query.offset === 0 && query.text === "" },
    });
  },
  receipt(orderId: string) {
    const row = RECEIPTS.find((each) => each.order_id === orderId);
    return row
      ? Promise.resolve({ status: "ok" as const, data: sampleReceipt(row) })
      : refuse({ code: "not_found" });
  },
};
export const till = ailing(shell);

// Dialogs and other pages are reached as a person would, one word after the other: `keys=F7`, `click=act-waiters`,
// `scan=6921168509256`, `row=1` and `press=receipt-refund-open`.
const press = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)?.click();
const STEPS: Record<string, (word: string) => void> = {
  keys: (key) => window.dispatchEvent(new KeyboardEvent("keydown", { key, code: key, bubbles: true })),
  type,
  scan: (code) => void till.scan(code, 1),
  click: press,
  row: (at) => document.querySelectorAll<HTMLElement>("[data-testid=receipt-row]")[Number(at)]?.click(),
  press,
};
const STEP_MS = 100;
// What a page asks of the shell has come by then, a doctor has found what he finds, and an import has gone as far.
const LAST_MS = Number(asked.get("wait") ?? (asked.has("doctor") ? 4000 : 150));

function type(typed: string): void {
  const entry = document.querySelector<HTMLInputElement>("[data-testid=entry]");
  if (entry === null) return;
  entry.focus();
  entry.value = typed;
  entry.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

window.addEventListener("load", () => {
  const steps = Object.entries(STEPS).flatMap(([name, step]) =>
    (asked.get(name) ?? "").split(" ").flatMap((word) => (word === "" ? [] : () => step(word))),
  );
  steps.forEach((step, at) => window.setTimeout(step, STEP_MS * (at + 1)));
  window.setTimeout(settled, STEP_MS * steps.length + LAST_MS);
});
