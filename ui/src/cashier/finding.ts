import type { FoundProduct, LineView } from "../shared/backend";
import { till } from "../shared/backend/cashier";
import { m } from "../shared/paraglide/messages.js";
import type { Desk } from "./desk.svelte";
import { timesOf } from "./search.svelte";
import { weightBefore } from "./weighing";

/** Adds goods of the search's list. */
export function pick(desk: Desk, product: FoundProduct): void {
  const { barcode } = product;
  const weight = weightBefore(desk.entryText);
  const times = timesOf(desk.entryText) ?? desk.search.meant?.quantity ?? 1;
  const settle = settling(desk);
  desk.entryText = "";
  const command = () => (weight === null ? till.scan(barcode, times) : till.enter(`${weight}*${barcode}`));
  desk.run(command, desk.tell, settle);
}

/** Sends what was typed as a code; on a refusal it comes back, to be mended. */
export function enterCode(desk: Desk): void {
  const text = desk.entryText.trim();
  desk.entryText = "";
  if (text === "") return desk.search.look("");
  const settle = settling(desk);
  desk.run(
    () => till.enter(text),
    (problem) => {
      if (desk.entryText === "") desk.entryText = text;
      desk.tell(problem);
    },
    settle,
  );
}

/** Looks for the goods that an unknown code stands for; they take its place. */
export function lookUp(desk: Desk, line: LineView): void {
  if (desk.view?.cart.locked) return void desk.notices.show("bad", m.error_cart_locked);
  desk.entryText = "";
  desk.search.meant = line;
  desk.entryField?.focus();
}

/** The row that is settled goes when its goods are there, and not before. */
function settling(desk: Desk): () => void {
  const settled = desk.search.take();
  return () => {
    if (settled !== null) desk.run(() => till.removeLine(settled.id));
  };
}
