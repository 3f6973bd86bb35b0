import type { CustomerView } from "../shared/backend";

/** What is asked for, or was paid. */
export function dueFen(view: CustomerView): number {
  return view.paid_fen ?? view.payable_fen ?? view.total_fen;
}

/** All that is taken off what the goods cost: by the shop, and by the wallet for its members. */
export function savedFen(view: CustomerView): number {
  return view.subtotal_fen - dueFen(view);
}
