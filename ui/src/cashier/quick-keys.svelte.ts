import { till } from "../shared/backend/cashier";
import type { FoundProduct, QuickKeyView, TillError } from "../shared/backend";
import { m } from "../shared/paraglide/messages.js";
import type { TextField } from "./field-memory";
import type { Notices } from "./notices.svelte";
import type { OutboxProblem } from "./outbox";
import { QuickPictures } from "./quick-pictures.svelte";
import type { GoodsSearch } from "./search.svelte";
import { problemWords } from "./words";

export const COLOURS = 8;
const MOST_KEYS = 96;
const OPEN = "yima.quick-keys";

/** Goods at a touch: keys that somebody laid out, and whole categories. */
export class QuickKeys {
  isOpen = $state(localStorage.getItem(OPEN) === "open");
  isEditing = $state(false);
  /** The category that is looked through; null for the keys. */
  category = $state<string | null>(null);
  keys = $state.raw<QuickKeyView[]>([]);
  categories = $state.raw<string[]>([]);
  goods = $state.raw<FoundProduct[]>([]);
  readonly pictures = new QuickPictures();
  /** A picture for the key that is arranged is looked for. */
  isChoosingPicture = $state(false);
  /** What is looked for in the category. */
  filter = $state("");
  /** There may be more of that category. */
  isMore = $state(false);
  isReading = $state(false);
  problem = $state.raw<OutboxProblem | null>(null);
  /** The key that is being arranged, by its barcode. */
  chosen = $state<string | null>(null);
  /** Set by the panel while it is on screen: puts the focus on its first key; false where it has it. */
  focus: (() => boolean) | null = null;
  /** Set by the panel while a category is on screen: where letters go that are typed on its keys. */
  filterField: TextField | null = null;
  /** It was opened by its key. */
  wantsFocus = false;
  readonly #notices: Notices;
  #asked = 0;
  /** Whoever changes them sends them all: those that were never read would be gone. */
  isRead = $state(false);
  #kept: Promise<unknown> = Promise.resolve();

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  get place(): number {
    return this.keys.findIndex((key) => key.barcode === this.chosen);
  }

  show(isOpen: boolean): void {
    this.isOpen = isOpen;
    this.isEditing = false;
    this.isChoosingPicture = false;
    this.filter = "";
    localStorage.setItem(OPEN, isOpen ? "open" : "closed");
  }

  /** Its key: gives what is chosen of a search a key or takes it away, else opens the panel, goes there, closes it. */
  press(search: GoodsSearch): void {
    const found = search.isOpen ? search.chosenProduct : null;
    if (found !== null) void this.toggle(found);
    else if (!this.isOpen) {
      this.wantsFocus = true;
      this.show(true);
    } else if (this.focus?.() !== true) this.show(false);
  }

  arrange(isEditing: boolean): void {
    this.isEditing = isEditing;
    this.isChoosingPicture = false;
  }

  /** Ends what was begun last: a choice, a filter, the arranging; false where there is nothing to end. */
  back(): boolean {
    if (this.isChoosingPicture) this.isChoosingPicture = false;
    else if (this.filter !== "") void this.filterBy("");
    else if (this.isEditing) this.isEditing = false;
    else return false;
    return true;
  }

  /** Where letters go that are typed while a category's keys have the focus. */
  typingField(): TextField | null {
    const panel = this.filterField?.closest("[data-testid=quick-keys]");
    return panel?.contains(document.activeElement) ? this.filterField : null;
  }

  /** What is there now. */
  async read(): Promise<void> {
    void this.pictures.read();
    const [keys, categories] = await Promise.all([
      answerOf(() => till.quickKeys()),
      answerOf(() => till.categories()),
    ]);
    this.problem = keys.status === "error" ? keys.error : null;
    if (keys.status === "ok") this.keys = keys.data;
    this.isRead ||= keys.status === "ok";
    if (categories.status === "ok") this.categories = categories.data;
    if (this.category !== null && !this.categories.includes(this.category)) this.category = null;
    if (this.category !== null) await this.#readGoods(this.category, []);
  }

  async turnTo(category: string | null): Promise<void> {
    this.category = category;
    this.chosen = null;
    this.filter = "";
    this.isChoosingPicture = false;
    this.goods = [];
    this.isMore = false;
    if (category === null) this.#asked += 1;
    else await this.#readGoods(category, []);
  }

  /** The category beside this one; the keys come before the first. */
  async turn(step: number): Promise<void> {
    const all = [null, ...this.categories];
    const next = all[all.indexOf(this.category) + step];
    if (next !== undefined) await this.turnTo(next);
  }

  async filterBy(text: string): Promise<void> {
    this.filter = text;
    if (this.category !== null) await this.#readGoods(this.category, []);
  }

  async readMore(): Promise<void> {
    if (this.category !== null) await this.#readGoods(this.category, this.goods);
  }

  has(product: FoundProduct): boolean {
    return this.keys.some((key) => key.barcode === product.barcode);
  }

  /** Gives goods a key, or takes it away. */
  async toggle(product: FoundProduct): Promise<void> {
    const { barcode, title } = product;
    // The keys may not have been looked at yet.
    if (!this.isOpen || !this.isRead) await this.read();
    if (!this.isRead || this.problem !== null) return this.#tell(this.problem ?? { code: "no_answer" });
    if (this.has(product)) {
      const isKept = await this.#keep(this.keys.filter((key) => key.barcode !== barcode));
      if (isKept) this.#notices.show("good", () => m.quick_removed({ title }));
    } else if (this.keys.length >= MOST_KEYS)
      this.#notices.show("bad", () => m.quick_full({ max: MOST_KEYS }));
    else {
      const isKept = await this.#keep([
        ...this.keys,
        { barcode, colour: this.keys.length % COLOURS, picture: null, product },
      ]);
      if (isKept) this.#notices.show("good", () => m.quick_added({ title }));
    }
  }

  async move(step: number): Promise<void> {
    const from = this.place;
    const to = from + step;
    const key = this.keys[from];
    if (key === undefined || to < 0 || to >= this.keys.length) return;
    const keys = this.keys.filter((other) => other !== key);
    keys.splice(to, 0, key);
    await this.#keep(keys);
  }

  async paint(colour: number): Promise<void> {
    await this.#keep(this.keys.map((key) => (key.barcode === this.chosen ? { ...key, colour } : key)));
  }

  /** Its file's name; none takes it away. */
  async illustrate(picture: string | null): Promise<void> {
    this.isChoosingPicture = false;
    await this.#keep(this.keys.map((key) => (key.barcode === this.chosen ? { ...key, picture } : key)));
  }

  async remove(): Promise<void> {
    const at = this.place;
    if (at < 0) return;
    const keys = this.keys.filter((_, place) => place !== at);
    if (await this.#keep(keys)) this.chosen = keys[Math.min(at, keys.length - 1)]?.barcode ?? null;
  }

  /** Shows it at once, and as it was if the till does not take it. One after the other: none overtakes. */
  async #keep(keys: QuickKeyView[]): Promise<boolean> {
    const before = this.keys;
    this.keys = keys;
    const choices = keys.map(({ barcode, colour, picture }) => ({ barcode, colour, picture }));
    const sent = this.#kept.then(() => answerOf(() => till.setQuickKeys(choices)));
    this.#kept = sent;
    const answer = await sent;
    if (answer.status === "ok") return true;
    if (this.keys === keys) this.keys = before;
    this.#tell(answer.error);
    return false;
  }

  async #readGoods(category: string, before: FoundProduct[]): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    this.isReading = true;
    const answer = await answerOf(() => till.goodsOf(category, this.filter, before.length));
    if (asked !== this.#asked) return;
    this.isReading = false;
    this.problem = answer.status === "error" ? answer.error : null;
    const more = answer.status === "ok" ? answer.data : [];
    this.isMore = more.length > 0 && before.length + more.length >= PAGE && this.filter === "";
    this.goods = [...before, ...more];
  }

  #tell(problem: OutboxProblem): void {
    this.#notices.show("bad", () => problemWords(problem));
  }
}

/** What one answer has at most; fewer are the last. */
const PAGE = 60;

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: TillError | { code: "no_answer" } };

async function answerOf<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await ask();
  } catch {
    return { status: "error", error: { code: "no_answer" } };
  }
}
