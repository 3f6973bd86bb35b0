import { till } from "../shared/backend/cashier";
import type { FoundGoods, FoundProduct, LineView } from "../shared/backend";
import type { OutboxProblem } from "./outbox";

/** `3*cola`: three of what is looked for; `0.485*apple`: so many kilograms. */
const WITH_TIMES = /^(\d{1,4}|\d{1,3}\.\d{1,3})[*×](.*)$/;
const DIGITS = /^\d*$/;
/** Fewer digits are those of every barcode. */
const DIGITS_MIN = 3;
const HAS_WORD = /[\p{L}\p{N}]/u;

/** What is typed, and the goods that it may mean. */
export class GoodsSearch {
  /** What the list is about; empty while there is no list. */
  text = $state("");
  found = $state.raw<FoundGoods | null>(null);
  problem = $state.raw<OutboxProblem | null>(null);
  isAsking = $state(false);
  /** The place in the list that Enter takes; -1 for none. */
  chosen = $state(-1);
  /** The unknown code whose goods are looked for. */
  meant = $state.raw<LineView | null>(null);
  #answered: Promise<void> = Promise.resolve();
  #asked = 0;

  get isOpen(): boolean {
    return this.text !== "";
  }

  /** Enter means the digits themselves, unless goods of the list were chosen. */
  get mayBeBarcode(): boolean {
    return DIGITS.test(this.text);
  }

  /** Several goods fit what was typed, and none of them has it for a barcode: Enter must not take any of them. */
  get hasToBeChosen(): boolean {
    const isOne = this.products.some((product) => product.barcode === this.text);
    return this.isOpen && this.products.length > 0 && !this.mayBeBarcode && !isOne;
  }

  get products(): readonly FoundProduct[] {
    return this.found?.products ?? [];
  }

  get chosenProduct(): FoundProduct | null {
    return this.products[this.chosen] ?? null;
  }

  /** Looks for what is in the entry field now. Digits may be a barcode on its way, and choose nothing by themselves. */
  look(entryText: string): void {
    const text = termOf(entryText);
    if (text === this.text) return;
    this.#asked += 1;
    this.text = text;
    this.problem = null;
    this.isAsking = text !== "";
    if (this.mayBeBarcode) this.chosen = -1;
    if (text === "") this.#take(null);
    else this.#answered = this.#ask(text, this.#asked);
  }

  /** Ends the search; gives the row that what was found settles. */
  take(): LineView | null {
    const settled = this.meant;
    this.meant = null;
    this.look("");
    return settled;
  }

  /** Until the goods for the newest text are there. */
  answered(): Promise<void> {
    return this.#answered;
  }

  move(step: number): void {
    this.chosen = Math.min(this.products.length - 1, Math.max(-1, this.chosen + step));
  }

  async #ask(text: string, asked: number): Promise<void> {
    const answer = await answerOf(text);
    if (asked !== this.#asked) return;
    this.isAsking = false;
    if (answer.status === "ok") this.#take(answer.data);
    else {
      this.#take(null);
      this.problem = answer.error;
    }
  }

  #take(found: FoundGoods | null): void {
    this.found = found;
    const isOne = found?.products.length === 1 && !found.is_cut;
    this.chosen = isOne && !this.mayBeBarcode ? 0 : -1;
  }
}

/** How many are meant, where that was said. */
export function timesOf(entryText: string): number | null {
  const times = /^(\d{1,4})[*×]/.exec(entryText.trim())?.[1];
  return times === undefined ? null : Number(times);
}

function termOf(entryText: string): string {
  const text = entryText.trim();
  const term = (WITH_TIMES.exec(text)?.[2] ?? text).trim();
  const isTooShort = DIGITS.test(term) && term.length < DIGITS_MIN;
  return isTooShort || !HAS_WORD.test(term) || term.startsWith("*") ? "" : term;
}

async function answerOf(text: string) {
  try {
    return await till.searchGoods(text);
  } catch {
    return { status: "error" as const, error: { code: "no_answer" as const } };
  }
}
