import type { CodeView, PaymentView } from "../shared/backend";

/** What the panel says of the ways to pay that show no QR. */
export function otherPayments(sample: (changes: Partial<PaymentView>) => PaymentView) {
  const byCode = (changes: Partial<PaymentView>) =>
    sample({ way: "payment_code", wallet: "wechat", qr: null, ...changes });
  const over: Partial<PaymentView> = { remaining_s: null, can_ask: false, can_cancel: false };
  return {
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

/** What is said of a customer's code before it pays. */
export const CODES: Record<string, CodeView> = {
  code_wanted: { stage: "wanted" },
  code_scanned: { stage: "scanned", wallet: "alipay" },
};
