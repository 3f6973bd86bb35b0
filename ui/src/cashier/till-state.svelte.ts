import { speak } from "../shared/language.svelte";
import type { CashierMessage, CashierView, LineView, StartProblem } from "../shared/backend";

/** The one snapshot this window shows. */
export class TillState {
  view = $state.raw<CashierView | null>(null);
  problem = $state.raw<StartProblem | null>(null);

  /** Takes a message in; an older snapshot than the one shown is left aside. */
  accept(message: CashierMessage): void {
    if (message.kind === "cannot_start") {
      speak(message.language);
      this.problem = message.problem;
      return;
    }
    const shown = this.view;
    if (shown !== null && message.view.revision <= shown.revision) return;
    speak(message.view.till.language);
    this.problem = null;
    this.view = shown === null ? message.view : withKeptLines(shown, message.view);
  }
}

/** Unchanged lines stay the same objects, so that nothing of theirs is drawn again. */
function withKeptLines(shown: CashierView, next: CashierView): CashierView {
  const before = new Map(shown.cart.lines.map((line) => [line.id, line]));
  const lines = next.cart.lines.map((line) => {
    const old = before.get(line.id);
    return old !== undefined && isSameLine(old, line) ? old : line;
  });
  const isSame =
    lines.length === shown.cart.lines.length && lines.every((line, at) => line === shown.cart.lines[at]);
  return { ...next, cart: { ...next.cart, lines: isSame ? shown.cart.lines : lines } };
}

function isSameLine(one: LineView, other: LineView): boolean {
  return (
    one.quantity === other.quantity &&
    one.amount_fen === other.amount_fen &&
    one.price_fen === other.price_fen &&
    one.title === other.title &&
    one.barcode === other.barcode &&
    one.check_digit_wrong === other.check_digit_wrong
  );
}
