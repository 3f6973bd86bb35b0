import type { HeldCartView } from "../shared/backend";
import { till } from "../shared/backend/cashier";
import { m } from "../shared/paraglide/messages.js";
import type { Desk } from "./desk.svelte";

/** Asks what the goods at hand are to be called while they wait. */
export function askHold(desk: Desk): void {
  const cart = desk.view?.cart;
  if (cart?.locked) desk.notices.show("bad", m.error_cart_locked);
  else if (cart?.lines.length === 0) desk.notices.show("bad", m.hold_nothing);
  else desk.open({ kind: "hold" });
}

export function openHeld(desk: Desk): void {
  if ((desk.view?.held_count ?? 0) > 0) desk.open({ kind: "held" });
  else desk.notices.show("bad", m.held_none);
}

/** Gives up a held cart, and shows those that are left. */
export function dropHeld(desk: Desk, cart: HeldCartView): void {
  desk.run(() => till.dropHeldCart(cart.id));
  desk.open({ kind: "held" });
}
