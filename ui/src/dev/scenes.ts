import type {
  AwayView,
  CashierView,
  CustomerView,
  PaymentView,
  QrView,
  ReceiptDetail,
  ReceiptRefund,
  ReceiptRow,
} from "../shared/backend";
import { otherCustomers, otherPayments } from "./payment-scenes";
import { discountedLines, sampleCart, sampleLines } from "./goods-scenes";

export { sampleCart, sampleLines, UNKNOWN_LINE, UNWEIGHED_LINE } from "./goods-scenes";

// Sample states of both windows, for looking at them and for the tests.

export function sampleView(changes: Partial<CashierView> = {}): CashierView {
  const lines = changes.cart?.lines ?? sampleLines();
  return {
    revision: 1,
    till: {
      shop_name: "城西便利店",
      till_number: "01",
      mode: "live",
      language: "zh-CN",
      cashier_id: "李敏",
      insecure_secret: false,
    },
    cart: sampleCart(lines),
    next_cart: null,
    held_count: 0,
    held: null,
    payment: null,
    code: null,
    notice: null,
    last_sale: { amount_fen: 2350, way: "qr", outcome: "paid", time: "14:01:37" },
    today: { count: 46, sum_fen: 128460 },
    unresolved_count: 0,
    refunds_due_count: 0,
    refunds_due: [],
    changes: 0,
    away: [],
    unreadable: [],
    reconcile: null,
    is_damaged: false,
    stuck: null,
    gateway: { link: "online", round_trip_ms: 86 },
    customer_display: "own_monitor",
    ...changes,
  };
}

export function samplePayment(changes: Partial<PaymentView> = {}): PaymentView {
  return {
    order_id: "01939f0c8a4e7b3c9d218b1f47c2e6a0",
    order_tail: "47c2 e6a0",
    stage: "awaiting",
    way: "qr",
    wallet: null,
    reason: null,
    declined: false,
    offline: false,
    total_fen: 4643,
    payable_fen: 4343,
    real_fen: null,
    tendered_fen: null,
    refunded_fen: null,
    refund_due_fen: null,
    submitted_in_ms: 212,
    remaining_s: 277,
    qr: sampleQr(41),
    receipt_number: null,
    can_ask: true,
    can_cancel: true,
    can_reverse: false,
    can_write_off: false,
    ...changes,
  };
}

const SETTLED: Partial<PaymentView> = { qr: null, remaining_s: null, can_ask: false, can_cancel: false };

/** Each state a payment can be in, by a name. */
export const PAYMENTS: Record<string, PaymentView> = {
  submitting: samplePayment({ ...SETTLED, stage: "submitting", payable_fen: null, submitted_in_ms: null }),
  submitting_offline: samplePayment({
    ...SETTLED,
    stage: "submitting",
    payable_fen: null,
    offline: true,
    can_ask: true,
  }),
  ...otherPayments(samplePayment),
  awaiting: samplePayment(),
  awaiting_plain: samplePayment({ payable_fen: 4643 }),
  awaiting_offline: samplePayment({ offline: true }),
  declined: samplePayment({ declined: true }),
  verifying: samplePayment({ ...SETTLED, stage: "verifying" }),
  paid: samplePayment({ ...SETTLED, stage: "paid", real_fen: 4343, receipt_number: "01-20261122-0047" }),
  paid_refunded: samplePayment({
    ...SETTLED,
    stage: "paid",
    real_fen: 4343,
    refunded_fen: 1000,
    receipt_number: "01-20261122-0047",
  }),
  paid_voucher: samplePayment({
    ...SETTLED,
    stage: "paid",
    real_fen: 4143,
    receipt_number: "01-20261122-0047",
  }),
  closing: samplePayment({ ...SETTLED, stage: "closing", reason: { code: "expired" } }),
  closing_offline: samplePayment({
    ...SETTLED,
    stage: "closing",
    reason: { code: "by_cashier" },
    offline: true,
  }),
  cancelling: samplePayment({ ...SETTLED, stage: "cancelling", reason: { code: "by_cashier" } }),
  closed: samplePayment({ ...SETTLED, stage: "closed", reason: { code: "expired" } }),
  closed_by_cashier: samplePayment({ ...SETTLED, stage: "closed", reason: { code: "by_cashier" } }),
  cancelled: samplePayment({ ...SETTLED, stage: "cancelled", reason: { code: "by_cashier" } }),
  void: samplePayment({
    ...SETTLED,
    stage: "void",
    payable_fen: null,
    reason: { code: "rejected", gateway_code: "2000", message: "签名错误 <b>\u202eabc</b>" },
  }),
  void_never_sent: samplePayment({
    ...SETTLED,
    stage: "void",
    payable_fen: null,
    reason: { code: "never_sent" },
  }),
  unresolved_amount: samplePayment({ ...SETTLED, stage: "unresolved", reason: { code: "amount_differs" } }),
  unresolved: samplePayment({
    ...SETTLED,
    stage: "unresolved",
    reason: { code: "gateway_silent" },
    offline: true,
    can_ask: true,
    can_reverse: true,
  }),
  unresolved_unknown: samplePayment({
    ...SETTLED,
    stage: "unresolved",
    reason: { code: "not_known" },
    can_ask: true,
    can_reverse: true,
    can_write_off: true,
  }),
};

/** What is told after the till was away. */
export const AWAY: AwayView[] = [
  awayNews("a2", "paid", 4343, "01-20261122-0047"),
  awayNews("a4", "closed", 990, null),
  awayNews("a1", "unresolved", 1250, null),
  awayNews("a3", "paid", 2350, "01-20261122-0046"),
];

function awayNews(
  id: string,
  outcome: AwayView["outcome"],
  amount_fen: number,
  receipt_number: string | null,
): AwayView {
  return { order_id: `01939f0c${id}`, order_tail: id, outcome, amount_fen, receipt_number };
}

export function payingView(payment: PaymentView, changes: Partial<CashierView> = {}): CashierView {
  const isOver = ["paid", "closed", "cancelled", "void", "unresolved"].includes(payment.stage);
  const lines = payment.stage === "paid" || payment.stage === "unresolved" ? [] : sampleLines();
  return sampleView({ cart: { ...sampleCart(lines), locked: !isOver }, payment, ...changes });
}

/** A pattern that looks like a QR code of this size and is none. */
export function sampleQr(modules: number): QrView {
  const parts: string[] = [];
  const inner = modules - 8;
  const isFinder = (x: number, y: number) =>
    (x < 8 && y < 8) || (x >= inner - 8 && y < 8) || (x < 8 && y >= inner - 8);
  let seed = 7;
  for (let y = 0; y < inner; y += 1) {
    for (let x = 0; x < inner; x += 1) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      if (!isFinder(x, y) && seed > 1073741824) parts.push(`M${x + 4} ${y + 4}h1v1h-1z`);
    }
  }
  for (const [x, y] of [
    [4, 4],
    [modules - 11, 4],
    [4, modules - 11],
  ]) {
    parts.push(`M${x} ${y}h7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z`);
  }
  return { modules, path: parts.join("") };
}

export function sampleCustomer(changes: Partial<CustomerView> = {}): CustomerView {
  const lines = sampleLines().map((line) => ({
    title: line.title ?? "",
    quantity: line.quantity,
    weight_g: line.weight_g,
    price_fen: line.price_fen ?? 0,
    list_price_fen: line.list_price_fen,
    gross_fen: line.gross_fen,
    amount_fen: line.amount_fen,
  }));
  return {
    screen: "shopping",
    shop_name: "城西便利店",
    practice: false,
    language: "zh-CN",
    clock: "14:02",
    lines,
    earlier_lines: 0,
    pieces: 13,
    subtotal_fen: 4643,
    saving_fen: 0,
    total_fen: 4643,
    last: lines.at(-1) ?? null,
    payable_fen: null,
    qr: null,
    remaining_permille: null,
    declined: false,
    paid_fen: null,
    tendered_fen: null,
    ...changes,
  };
}

/** Each state of the customer window, by a name. */
export const CUSTOMERS: Record<string, CustomerView> = {
  welcome: sampleCustomer({ screen: "welcome", lines: [], pieces: 0, total_fen: 0, last: null }),
  closed: sampleCustomer({ screen: "closed", lines: [], pieces: 0, total_fen: 0, last: null }),
  shopping: sampleCustomer(),
  many: sampleCustomer({ lines: Array(12).fill(sampleCustomer().lines[2]), earlier_lines: 38 }),
  pay: sampleCustomer({ screen: "pay", payable_fen: 4343, qr: sampleQr(41), remaining_permille: 920 }),
  pay_plain: sampleCustomer({ screen: "pay", payable_fen: 4643, qr: sampleQr(49), remaining_permille: 480 }),
  pay_dense: sampleCustomer({ screen: "pay", payable_fen: 4343, qr: sampleQr(105), remaining_permille: 700 }),
  declined: sampleCustomer({
    screen: "pay",
    payable_fen: 4343,
    qr: sampleQr(41),
    remaining_permille: 300,
    declined: true,
  }),
  paid: sampleCustomer({ screen: "paid", payable_fen: 4343, paid_fen: 4343 }),
  ...otherCustomers(sampleCustomer),
  trouble: sampleCustomer({ screen: "trouble", payable_fen: 4343 }),
  huge: sampleCustomer({
    screen: "pay",
    subtotal_fen: 999_999_999,
    total_fen: 999_999_999,
    payable_fen: 999_999_999,
    qr: sampleQr(41),
    remaining_permille: 500,
  }),
};

export const RECEIPTS: ReceiptRow[] = [
  receiptRow("a1", null, "unresolved", 1250, null),
  receiptRow("a2", "01-20261122-0047", "paid", 4643, 4343),
  receiptRow("a3", "01-20261122-0046", "partly_refunded", 2350, 2350),
  receiptRow("a4", null, "closed", 990, null),
  receiptRow("a5", null, "cancelled", 1990, null),
  receiptRow("a6", null, "void", 300, null),
  receiptRow("a7", null, "open", 4643, null),
  { ...receiptRow("a8", "01-20261122-0045", "paid", 780, 780), refund_due: true },
  receiptRow("a9", "01-20261122-0044", "refunding", 4643, 4343),
];

function receiptRow(
  id: string,
  receipt_number: string | null,
  outcome: ReceiptRow["outcome"],
  total_fen: number,
  real_fen: number | null,
): ReceiptRow {
  const order_id = `01939f0c8a4e7b3c9d218b1f47c2e6${id}`;
  const day = "2026-11-22";
  const time = "14:01:37";
  const isDue = { refund_due: false, refund_waits: outcome === "refunding" };
  return { order_id, receipt_number, day, time, way: "qr", outcome, total_fen, real_fen, ...isDue };
}

export function sampleReceipt(row: ReceiptRow): ReceiptDetail {
  const isUnresolved = row.outcome === "unresolved";
  const isDiscounted = row.outcome === "partly_refunded";
  const refunded_fen = row.outcome === "partly_refunded" || row.outcome === "refunding" ? 500 : null;
  return {
    row,
    order_tail: "47c2 e6a0",
    reason: isUnresolved ? { code: "not_known" } : null,
    trade_no: row.real_fen === null ? null : "4200002345202611221234567890",
    channel: row.real_fen === null ? null : "wechat",
    tendered_fen: null,
    terms: isDiscounted ? DISCOUNTED_TERMS : null,
    waiter_ids: isDiscounted ? ["W01", "W02"] : [],
    payable_fen: row.real_fen,
    refunded_fen,
    pay_time: row.real_fen === null ? null : "2026-11-22 14:01:35",
    lines: (isDiscounted ? discountedLines() : sampleLines()).map((line) => ({
      barcode: line.barcode,
      title: line.title ?? "",
      price_fen: line.price_fen ?? 0,
      quantity: line.quantity,
      weight_g: line.weight_g,
      list_price_fen: line.list_price_fen,
      price_reason: line.price_reason,
      discount_fen: line.gross_fen - line.amount_fen,
      order_discount_fen: 0,
      amount_fen: line.amount_fen,
      note: line.note,
    })),
    till_number: "01",
    terminal_id: "T0193F2A7",
    cashier_id: "limin",
    can_ask: isUnresolved || row.outcome === "refunding",
    can_reverse: isUnresolved,
    can_write_off: isUnresolved,
    written_off: false,
    refund_due_fen: row.refund_due ? row.real_fen : null,
    can_settle_refund: row.refund_due,
    settled_elsewhere: false,
    refundable_fen: REFUNDABLE.has(row.outcome) ? (row.real_fen ?? 0) - (refunded_fen ?? 0) : 0,
    can_drop_refund: row.outcome === "refunding",
    refunds: sampleRefunds(row.outcome),
  };
}

const DISCOUNTED_TERMS: ReceiptDetail["terms"] = {
  note: "下午三点来取",
  subtotal_fen: 5330,
  promotions: [{ name: "可乐第二件半价", off_fen: 150 }],
  by_hand_fen: 530,
  rounding_fen: 7,
};

const REFUNDABLE = new Set<ReceiptRow["outcome"]>(["paid", "partly_refunded"]);

/** One of each kind, the newest last. */
function sampleRefunds(outcome: ReceiptRow["outcome"]): ReceiptRefund[] {
  const done = sampleRefund("r1", 500, "done");
  if (outcome === "partly_refunded") return [done];
  if (outcome !== "refunding") return [];
  const short = { gateway_code: "2002", message: "余额不足" };
  return [
    done,
    { ...sampleRefund("r2", 200, "failed"), problem: { gateway_code: "2001", message: "" } },
    { ...sampleRefund("r3", 200, "unconfirmed"), may_be_made: true },
    { ...sampleRefund("r4", 1000, "refused"), may_be_made: true, problem: short },
  ];
}

export function sampleRefund(
  refund_id: string,
  amount_fen: number,
  standing: ReceiptRefund["standing"],
): ReceiptRefund {
  const [day, time] = ["2026-11-22", "15:20:07"];
  return { refund_id, amount_fen, standing, may_be_made: false, problem: null, day, time };
}
