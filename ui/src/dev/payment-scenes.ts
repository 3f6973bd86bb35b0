import type { CodeView, CustomerView, PaymentView } from "../shared/backend";

/** What the panel says of the ways to pay that show no QR. */
export function otherPayments(sample: (changes: Partial<PaymentView>) => PaymentView) {
  const byCode = (changes: Partial<PaymentView>) =>
    sample({ way: "payment_code", wallet: "wechat", qr: null, ...changes });
  const over: Partial<PaymentView> = { remaining_s: null, can_ask: false, can_cancel: false };
  return {
    awaiting_great: sample({ total_fen: 996_003_443, payable_fen: 996_003_143 }),
    code_sending: byCode({ stage: "submitting", payable_fen: null, submitted_in_ms: null, can_ask: false }),
    code_unsure: byCode({ stage: "submitting", payable_fen: null, submitted_in_ms: null, offline: true }),
    code_confirm: byCode({ remaining_s: 78 }),
    code_refused: byCode({
      ...over,
      stage: "closed",
      reason: { code: "code_refused", gateway_code: "1001", message: "BALANCE" },
    }),
    paid_cash: sample({
      ...over,
      stage: "paid",
      way: "cash",
      qr: null,
      payable_fen: 4643,
      real_fen: 4643,
      tendered_fen: 10_000,
      receipt_number: "01-20261122-0048",
    }),
  } satisfies Record<string, PaymentView>;
}

/** What the customer sees of them, and of what the shop takes off. */
export function otherCustomers(sample: (changes: Partial<CustomerView>) => CustomerView) {
  const { lines, subtotal_fen } = sample({});
  const cheaper = lines.map((line, at) =>
    at === 1 ? { ...line, amount_fen: 860 } : at === 5 ? { ...line, list_price_fen: 680 } : line,
  );
  const saving: Partial<CustomerView> = {
    lines: cheaper,
    last: cheaper.at(-1) ?? null,
    saving_fen: 343,
    total_fen: subtotal_fen - 343,
  };
  const weighed = cheaper.find((line) => line.weight_g !== null) ?? null;
  const confirm: Partial<CustomerView> = { screen: "confirm", remaining_permille: 870 };
  return {
    shopping_saving: sample(saving),
    shopping_weighed: sample({ last: weighed }),
    show_code: sample({ screen: "show_code" }),
    show_code_saving: sample({ screen: "show_code", ...saving }),
    confirm: sample({ ...confirm, payable_fen: 4643 }),
    confirm_saving: sample({ ...confirm, ...saving, payable_fen: 4000 }),
    confirm_huge: sample({
      ...confirm,
      subtotal_fen: 999_999_999,
      total_fen: 999_999_999,
      payable_fen: 999_999_899,
    }),
    paid_cash: sample({ screen: "paid", paid_fen: 4643, tendered_fen: 10_000 }),
    paid_cash_huge: sample({
      screen: "paid",
      subtotal_fen: 99_999_999,
      total_fen: 99_999_999,
      paid_fen: 99_999_999,
      tendered_fen: 100_000_000,
    }),
  } satisfies Record<string, CustomerView>;
}

/** What is said of a customer's code before it pays. */
export const CODES: Record<string, CodeView> = {
  code_wanted: { stage: "wanted" },
  code_scanned: { stage: "scanned", wallet: "alipay" },
};
