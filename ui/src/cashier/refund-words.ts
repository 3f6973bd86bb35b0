import type { ReceiptRefund } from "../shared/backend";
import { foreignText } from "../shared/foreign-text";
import { m } from "../shared/paraglide/messages.js";

type Problem = NonNullable<ReceiptRefund["problem"]>;

export function standingWords(standing: ReceiptRefund["standing"]): string {
  const words: Record<ReceiptRefund["standing"], () => string> = {
    under_way: m.refund_under_way,
    pending: m.refund_pending,
    refused: m.refund_refused,
    done: m.refund_done,
    failed: m.refund_failed,
    unconfirmed: m.refund_unconfirmed,
  };
  return words[standing]();
}

/** Why a refund was not made; the gateway's own words where there are no better ones. */
export function refusalWords({ gateway_code, message }: Problem): string {
  const known = KNOWN[gateway_code];
  if (known !== undefined) return known();
  return m.refund_refused_why({ code: foreignText(gateway_code), message: foreignText(message) });
}

// The codes of refusals, and the statuses of orders of which nothing can be given back.
const KNOWN: Record<string, () => string> = {
  "2001": m.refund_exceeds,
  "2002": m.refund_balance_short,
  // The order's status as it was before: the refund was taken and is not in the gateway's list.
  "1": m.refund_not_listed,
  "2": m.refund_not_listed,
  "3": m.refund_not_listed,
  outdated: m.refund_outdated,
  "-2": m.refund_failed_there,
  "5": m.refund_reversed,
  "0": m.refund_not_paid,
  "4": m.refund_not_paid,
  "-1": m.refund_not_paid,
  "-10": m.refund_not_paid,
};
