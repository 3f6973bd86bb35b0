import type { PaymentView, PayWay } from "../shared/backend";
import { till } from "../shared/backend/cashier";
import { m } from "../shared/paraglide/messages.js";
import type { Desk } from "./desk.svelte";

/** F11: asks for the customer's code; when one was scanned, has it pay. */
export function takeCode(desk: Desk): void {
  const view = desk.view;
  if (view === null || desk.paying) return;
  if (view.code?.stage === "scanned") desk.run(() => till.takeCode(view.cart.total_fen));
  else if (view.code?.stage === "wanted") dropCode(desk);
  else if (mayPay(desk)) desk.run(() => till.wantCode());
}

export function dropCode(desk: Desk): void {
  desk.run(() => till.dropCode());
}

/** F9: asks how much was handed over. */
export function askCash(desk: Desk): void {
  if (desk.view !== null && !desk.paying && mayPay(desk)) desk.open({ kind: "cash" });
}

function mayPay(desk: Desk): boolean {
  const why = desk.whyNoCharge;
  if (why !== null) desk.notices.show("bad", () => why);
  return why === null;
}

export function wayWords(way: PayWay): string {
  const words: Record<PayWay, () => string> = {
    qr: m.way_qr,
    payment_code: m.way_payment_code,
    cash: m.way_cash,
  };
  return words[way]();
}

/** What the panel is about while the customer's code pays. */
export function codeTitle({ stage, way }: PaymentView): string | null {
  if (way !== "payment_code") return null;
  if (stage === "submitting") return m.code_sending_title();
  return stage === "awaiting" ? m.code_confirm_title() : null;
}

const NOTES = [1_000, 2_000, 5_000, 10_000];
const MOST_SUMS = 6;

/** What somebody is likely to hand over for so much: just that, or what the fewest notes come to. */
export function likelySums(totalFen: number): number[] {
  const sums = new Set([totalFen]);
  for (const note of NOTES) sums.add(Math.ceil(totalFen / note) * note);
  return [...sums].sort((one, other) => one - other).slice(0, MOST_SUMS);
}
