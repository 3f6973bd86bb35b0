import { follow } from "../shared/follow.svelte";
import { speak } from "../shared/language.svelte";
import type { CashierMessage, CashierView, LineView, StartProblem } from "../shared/backend";

/** The one snapshot this window shows. */
export class TillState {
  /** Brought up to date in place: one field of it wakes nobody who reads another. */
  view = $state.raw<CashierView | null>(null);
  problem = $state.raw<StartProblem | null>(null);
  /** The till makes no sound for now. */
  muted = $state(false);

  /** Takes a message in; an older snapshot than the one shown is left aside. */
  accept(message: Exclude<CashierMessage, { kind: "quit_asked" | "staff" }>): void {
    if (message.kind === "sound") {
      this.muted = message.muted;
      return;
    }
    if (message.kind === "cannot_start") {
      speak(message.language);
      this.problem = message.problem;
      return;
    }
    const shown = this.view;
    if (shown !== null && message.view.revision <= shown.revision) return;
    if (shown === null && message.kind === "changes") return;
    speak(message.view.till.language);
    this.problem = null;
    this.view = follow(shown, viewAfter(shown, message));
  }
}

/** The snapshot with all its lines; those that did not change are the ones shown. */
function viewAfter(
  shown: CashierView | null,
  message: Extract<CashierMessage, { kind: "view" | "changes" }>,
): CashierView {
  if (shown === null) return message.view;
  if (message.kind === "view") return withKeptLines(shown, message.view);
  const { view, changed, removed } = message;
  return { ...view, cart: { ...view.cart, lines: linesAfter(shown.cart.lines, changed, removed) } };
}

/** Lines are in the order of their ids. */
function linesAfter(shown: LineView[], changed: LineView[], removed: number[]): LineView[] {
  if (changed.length === 0 && removed.length === 0) return shown;
  const gone = new Set([...removed, ...changed.map((line) => line.id)]);
  const kept = shown.filter((line) => !gone.has(line.id));
  return [...kept, ...changed].sort((one, other) => one.id - other.id);
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

/** All of it: a note, a discount or a weight may be all that differs. */
function isSameLine(one: LineView, other: LineView): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
