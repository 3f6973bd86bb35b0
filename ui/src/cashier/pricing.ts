import type { Discount, LineView, ReceiptLine } from "../shared/backend";
import { till } from "../shared/backend/cashier";
import { money } from "../shared/money";
import { m } from "../shared/paraglide/messages.js";
import { kilos } from "../shared/weight";
import type { Desk } from "./desk.svelte";

/** Asks what is to be taken off this line, or off the order where there is none. */
export function askDiscount(desk: Desk, line: LineView | null): void {
  const cart = desk.view?.cart;
  if (cart?.locked) desk.notices.show("bad", m.error_cart_locked);
  else if ((cart?.lines.length ?? 0) === 0) desk.notices.show("bad", m.blocked_empty);
  else desk.open({ kind: "discount", line: line?.price_fen === null ? null : line });
}

/** Asks for a note on this line or on the order. */
export function askNote(desk: Desk, line: LineView | null): void {
  if (desk.view?.cart.locked) desk.notices.show("bad", m.error_cart_locked);
  else desk.open({ kind: "note", line });
}

/** Takes everything out; undo brings it back. */
export function clearCart(desk: Desk): void {
  if (desk.view?.cart.locked) desk.notices.show("bad", m.error_cart_locked);
  else desk.run(() => till.clearCart());
}

/** Thousandths of a text such as `10` or `12.5`; null for anything but a part of a hundred above nothing. */
export function permilleOf(text: string): number | null {
  const found = /^(\d{1,3})(?:\.(\d))?$/.exec(text);
  const permille = found ? Number(found[1]! + (found[2] ?? "0")) : 0;
  return permille >= 1 && permille <= 1000 ? permille : null;
}

/** `12.5` of 125, `10` of 100. */
export function percentText(permille: number): string {
  const tenths = permille % 10;
  const whole = String((permille - tenths) / 10);
  return tenths === 0 ? whole : `${whole}.${tenths}`;
}

export function discountWords(discount: Discount): string {
  return discount.kind === "amount"
    ? m.discount_amount({ amount: money(discount.fen) })
    : m.discount_percent({ percent: percentText(discount.permille) });
}

/** What was taken off a line: as somebody said it, else what promotions came to. */
export function offWords(line: LineView): string | null {
  if (line.discount !== null) return discountWords(line.discount);
  const off = line.gross_fen - line.amount_fen;
  return off === 0 ? null : m.discount_amount({ amount: money(off) });
}

/** What one piece or one kilogram costs. */
export function priceWords(line: { price_fen: number; is_weighed: boolean }): string {
  const price = money(line.price_fen);
  return line.is_weighed ? m.price_per_kg({ price }) : price;
}

/** How a receipt's line came to its amount. */
export function receiptLineWords(line: ReceiptLine): string[] {
  const weight = line.weight_g === null ? null : m.weight_kg({ kilos: kilos(line.weight_g) });
  const price = priceWords({ price_fen: line.price_fen, is_weighed: weight !== null });
  const off = line.discount_fen + line.order_discount_fen;
  const listed = line.list_price_fen;
  return [
    `${price} × ${weight ?? line.quantity}`,
    listed === null ? null : m.list_price({ price: money(listed) }),
    line.price_reason,
    off === 0 ? null : m.discount_amount({ amount: money(off) }),
    line.note === null ? null : m.note_words({ note: line.note }),
  ].filter((words) => words !== null);
}
