import { till } from "../shared/backend/cashier";
import type { ReceiptDetail, ReceiptRow } from "../shared/backend";
import type { OutboxProblem } from "./outbox";

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: OutboxProblem };

/** The receipts looked at: a search, its rows so far, and one of them in full. */
export class ReceiptShelf {
  text = $state("");
  day = $state<string | null>(null);
  rows = $state.raw<ReceiptRow[]>([]);
  more = $state(false);
  loading = $state(true);
  problem = $state.raw<OutboxProblem | null>(null);
  chosenId = $state<string | null>(null);
  detail = $state.raw<ReceiptDetail | null>(null);
  detailProblem = $state.raw<OutboxProblem | null>(null);
  #asked = 0;
  #askedDetail = 0;

  /** Looks from the start; answers to earlier questions are no longer heard. */
  async look(): Promise<void> {
    await this.#ask(0);
  }

  async lookFurther(): Promise<void> {
    if (!this.loading) await this.#ask(this.rows.length);
  }

  async choose(orderId: string | null): Promise<void> {
    this.chosenId = orderId;
    this.detail = null;
    await this.readAgain();
  }

  /** Reads the chosen receipt again, leaving the old one on screen meanwhile. */
  async readAgain(): Promise<void> {
    const asked = ++this.#askedDetail;
    const orderId = this.chosenId;
    this.detailProblem = null;
    if (orderId === null) return;
    const answer = await answered(till.receipt(orderId));
    // Chosen since, or changed since: of two answers about one receipt the first may be the older state.
    if (asked !== this.#askedDetail) return;
    if (answer.status === "ok") this.detail = answer.data;
    else this.detailProblem = answer.error;
  }

  async #ask(offset: number): Promise<void> {
    const asked = ++this.#asked;
    this.loading = true;
    this.problem = null;
    const answer = await answered(till.receipts({ text: this.text.trim(), day: this.day, offset }));
    if (asked !== this.#asked) return;
    this.loading = false;
    if (answer.status === "error") {
      this.problem = answer.error;
      return;
    }
    this.rows = offset === 0 ? answer.data.rows : withoutDoubles([...this.rows, ...answer.data.rows]);
    this.more = answer.data.more;
  }
}

async function answered<T>(command: Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await command;
  } catch {
    return { status: "error", error: { code: "no_answer" } };
  }
}

// A sale finished between two pages moves the rest down by one.
function withoutDoubles(rows: ReceiptRow[]): ReceiptRow[] {
  return [...new Map(rows.map((row) => [row.order_id, row])).values()];
}
