import { till } from "../shared/backend/cashier";
import { otherLanguage } from "../shared/language.svelte";
import { m } from "../shared/paraglide/messages.js";
import type {
  CashierMessage,
  CashierView,
  LineView,
  NoticeView,
  PaymentView,
  Stage,
} from "../shared/backend";
import { focusedField } from "./field-memory";
import { enterCode, pick } from "./finding";
import { askHold, openHeld } from "./holding";
import { askDiscount, askNote, clearCart } from "./pricing";
import type { Dialog } from "./dialogs";
import { actionOf, type Action, type KeyPress } from "./keymap";
import { Notices } from "./notices.svelte";
import { Outbox, problemOf, type Command, type OutboxProblem } from "./outbox";
import { QuickKeys } from "./quick-keys.svelte";
import type { BrokenScan } from "./scan-reader";
import { GoodsSearch } from "./search.svelte";
import { asksApproval, lockTill, missScan, takeStaff } from "./staff/at-the-desk";
import { Staff } from "./staff/staff.svelte";
import { awaitsWeight, weightBefore } from "./weighing";
import { TillState } from "./till-state.svelte";
import { askCash, dropCode, takeCode } from "./ways-to-pay";
import { brokenWords, noticeWords, problemWords } from "./words";

export type { Dialog, WordAbout } from "./dialogs";

const OVER: ReadonlySet<Stage> = new Set(["paid", "closed", "cancelled", "void", "unresolved"]);
const TIMES = /^(\d{1,4})\*$/;
const WITH_TIMES = /^(\d{1,4}\*.+|\*\d{1,4})$/;

/** What the cashier does at the till, by scanner, key or touch. */
export class Desk {
  readonly till = new TillState();
  readonly staff = new Staff();
  readonly notices = new Notices();
  readonly search = new GoodsSearch();
  readonly quick = new QuickKeys(this.notices);
  dialog = $state.raw<Dialog | null>(null);
  /** What stands in the place of the goods, or the goods themselves. */
  page = $state<"goods" | "receipts" | "settings">("goods");
  /** A receipt that is to be shown as soon as the receipts are. */
  wantedReceipt = $state<string | null>(null);
  selectedId = $state<number | null>(null);
  entryText = $state("");
  charging = $state(false);
  /** Set by the entry field while it is on screen. */
  entryField: HTMLInputElement | null = null;
  /** Set by receipts or settings while they are on screen: goes one step back, false when there is none left. */
  pageBack: (() => boolean) | null = null;
  #outbox = new Outbox();
  #touches = -1;
  /** The notice that says why nothing was charged. */
  #refused: number | null = null;

  get view(): CashierView | null {
    return this.till.view;
  }

  get payment(): PaymentView | null {
    return this.view?.payment ?? null;
  }

  /** A payment is open: nothing of this cart can be changed. */
  get paying(): boolean {
    return this.payment !== null && !OVER.has(this.payment.stage);
  }

  get selected(): LineView | null {
    return this.view?.cart.lines.find((line) => line.id === this.selectedId) ?? null;
  }

  accept(message: CashierMessage): void {
    if (message.kind === "quit_asked") return this.open({ kind: "confirm_quit" });
    if (message.kind === "staff") return takeStaff(this, message.staff);
    this.till.accept(message);
    const view = this.view;
    if (view === null) return;
    if (view.cart.touches !== this.#touches) {
      this.#touches = view.cart.touches;
      this.selectedId = view.cart.touched_line;
    }
    if (this.selected === null) this.selectedId = view.cart.lines.at(-1)?.id ?? null;
    if (view.notice !== null) this.#take(view.notice);
    if (this.#refused !== null && this.#obstacle() === null) {
      this.notices.putAway(this.#refused);
      this.#refused = null;
    }
    // What a dialog asks about may have gone meanwhile.
    if (this.dialog?.kind === "confirm_cancel" && !this.payment?.can_cancel) this.close();
  }

  scan(code: string): void {
    if (this.staff.isLocked) return missScan(this);
    const times = TIMES.exec(this.entryText)?.[1];
    const weight = this.entryText.endsWith("*") ? weightBefore(this.entryText) : null;
    const command = WITH_TIMES.test(code)
      ? () => till.enter(code)
      : weight !== null
        ? () => till.enter(`${weight}*${code}`)
        : () => till.scan(code, Number(times ?? 1));
    const isTaken = this.#outbox.send(command, this.tell);
    if (!isTaken) this.#missed(m.broken_too_fast);
    else if (times !== undefined || weight !== null) this.entryText = "";
  }

  scanBroke(why: BrokenScan): void {
    if (this.staff.isLocked) return missScan(this);
    this.#missed(() => brokenWords(why));
  }

  /** Nobody looks at the screen between two scans: it has to be heard. */
  #missed(words: () => string): void {
    this.notices.show("bad", words);
    void till.scanBroke();
  }

  /** What was typed into the entry field: goods that were found by it, else a code. */
  enter(): void {
    const { search } = this;
    if (!search.isAsking || search.mayBeBarcode) return this.#enterNow();
    // Whoever types fast means what is about to be found.
    const text = this.entryText;
    void search.answered().then(() => {
      if (this.entryText === text) this.#enterNow();
    });
  }

  #enterNow(): void {
    const chosen = this.search.isOpen ? this.search.chosenProduct : null;
    if (chosen !== null) pick(this, chosen);
    else if (this.search.hasToBeChosen) this.search.move(1);
    else enterCode(this);
  }

  /** Acts on a key that belongs to nobody else. True when it was one of the till's. */
  press(key: KeyPress): boolean {
    if (this.staff.isLocked) return false;
    this.staff.stir();
    const field = focusedField();
    if (this.search.isOpen && field !== null && field === this.entryField && this.dialog === null) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[key.key];
      if (step !== undefined) {
        this.search.move(step);
        return true;
      }
    }
    const action = actionOf(key, {
      dialogOpen: this.dialog !== null,
      goodsHidden: this.page !== "goods",
      locked: this.view?.cart.locked ?? true,
      canAsk: this.payment?.can_ask ?? false,
      editing: field !== null && (field !== this.entryField || field.value !== ""),
    });
    // A till that is shut has only its receipts to step back from.
    if (action === null || (this.view === null && (action !== "back" || this.page === "goods"))) return false;
    this.act(action);
    return true;
  }

  act(action: Action): void {
    const doing: Record<Action, () => void> = {
      help: () => this.open({ kind: "help" }),
      quantity: () => this.askQuantity(this.selected),
      price: () => this.askPrice(this.selected),
      discount: () => askDiscount(this, this.selected),
      note: () => askNote(this, this.selected),
      remove: () => this.remove(this.selected),
      clear: () => clearCart(this),
      undo: () => this.#send(() => till.undo()),
      redo: () => this.#send(() => till.redo()),
      hold: () => askHold(this),
      resume: () => openHeld(this),
      receipts: () => this.toggle("receipts"),
      settings: () => this.toggle("settings"),
      lock: () => lockTill(this),
      charge: () => this.charge(),
      code: () => takeCode(this),
      cash: () => askCash(this),
      mute: () => void till.setMuted(!this.till.muted),
      entry: () => this.entryField?.focus(),
      quick_keys: () => this.quick.press(this.search),
      ask_now: () => this.askNow(this.payment?.order_id ?? null),
      back: () => this.back(),
      up: () => this.move(-1),
      down: () => this.move(1),
    };
    doing[action]();
  }

  open(dialog: Dialog): void {
    this.dialog = dialog;
  }

  close(): void {
    this.dialog = null;
  }

  /** One step back, whatever is foremost. */
  back(): void {
    if (this.dialog !== null) this.close();
    else if (this.entryText !== "") this.entryText = "";
    else if (this.entryField !== null && document.activeElement === this.entryField) this.entryField.blur();
    else if ((this.view?.away.length ?? 0) > 0) this.dismissNews();
    else if (this.page !== "goods") this.#backInPage();
    else if (this.quick.back()) return;
    else if (this.payment?.can_cancel) this.open({ kind: "confirm_cancel" });
    else if (this.view?.code) dropCode(this);
    else if (this.payment !== null && OVER.has(this.payment.stage)) this.dismiss();
  }

  move(step: number): void {
    const lines = this.view?.cart.lines ?? [];
    const at = lines.findIndex((line) => line.id === this.selectedId);
    this.selectedId = lines[Math.min(lines.length - 1, Math.max(0, at + step))]?.id ?? null;
  }

  askQuantity(line: LineView | null): void {
    if (line === null || !this.#mayChange()) return;
    this.open({ kind: line.is_weighed || awaitsWeight(line) ? "weight" : "quantity", line });
  }

  askPrice(line: LineView | null): void {
    if (line !== null && this.#mayChange()) this.open({ kind: "price", line });
  }

  /** One more or less than there are when it is this one's turn: what was scanned just before it counts. */
  stepQuantity(line: LineView, step: 1 | -1): void {
    this.#send(() => {
      const now = this.view?.cart.lines.find(({ id }) => id === line.id) ?? line;
      return till.setQuantity(line.id, Math.max(1, now.quantity + step));
    });
  }

  remove(line: LineView | null): void {
    if (line !== null && this.#mayChange()) this.#send(() => till.removeLine(line.id));
  }

  /** Sends what changes the cart, in its turn; a refusal is told. */
  run(command: Command, onProblem?: (problem: OutboxProblem) => void, onDone?: () => void): void {
    this.#send(command, onProblem, onDone);
  }

  charge(): void {
    if (this.charging || this.paying || this.view === null) return;
    const obstacle = this.#obstacle();
    if (obstacle !== null) {
      this.#refused = this.notices.show("bad", obstacle);
      return;
    }
    this.charging = true;
    const end = () => (this.charging = false);
    this.#send(
      // Also where somebody has to approve it, who is asked in the place of a refusal.
      () => till.charge().finally(end),
      (problem) => {
        end();
        this.tell(problem);
      },
    );
  }

  /** Why the charge button does nothing now, in words. */
  get whyNoCharge(): string | null {
    return this.#obstacle()?.() ?? null;
  }

  /** What stands in the way of charging at this moment; its words follow the language, and nothing else. */
  #obstacle(): (() => string) | null {
    const cart = this.view?.cart;
    if (cart === undefined || cart.can_charge) return null;
    if (this.view?.is_damaged) return m.error_damaged;
    if (this.view?.reconcile) return m.error_not_reconciled;
    const count = cart.unknown_count;
    if (count > 0) return () => m.blocked_unpriced({ count });
    if (cart.lines.length === 0) return m.blocked_empty;
    return cart.locked ? m.error_cart_locked : m.blocked_total;
  }

  askNow(orderId: string | null): void {
    if (orderId !== null) void this.#direct(() => till.askNow(orderId));
  }

  cancelPayment(): void {
    this.close();
    void this.#direct(() => till.cancelPayment());
  }

  reverse(orderId: string): void {
    this.close();
    void this.#direct(() => till.reverseOrder(orderId));
  }

  dismiss(): void {
    this.#send(() => till.dismiss());
  }

  dismissNews(): void {
    void this.#direct(() => till.dismissNews());
  }

  checkAgain(): void {
    void this.#direct(() => till.checkAgain());
  }

  quit(): void {
    this.close();
    void this.#direct(() => till.quit());
  }

  practise(orderId: string, pays: boolean): void {
    void this.#direct(() => till.practiceCustomer(orderId, pays));
  }

  switchLanguage(): void {
    void this.#direct(() => till.setLanguage(otherLanguage()));
  }

  openReceipt(orderId: string): void {
    this.wantedReceipt = orderId;
    this.page = "receipts";
  }

  /** Shows a page in the place of the goods, or the goods again. */
  toggle(page: "receipts" | "settings"): void {
    this.page = this.page === page ? "goods" : page;
  }

  /** Sends a dialog's answer: closes it when the till takes it, else hands back the words of the refusal. */
  answer(command: Command, onRefusal: (words: string, problem: OutboxProblem) => void): void {
    const asked = this.dialog;
    this.#send(
      command,
      (problem) => (this.dialog === asked ? onRefusal(problemWords(problem), problem) : this.tell(problem)),
      () => {
        if (this.dialog === asked) this.close();
      },
    );
  }

  #backInPage(): void {
    if (!this.pageBack?.()) this.page = "goods";
  }

  #mayChange(): boolean {
    if (!this.view?.cart.locked) return true;
    this.notices.show("bad", m.error_cart_locked);
    return false;
  }

  #send(
    command: Command,
    onProblem: (problem: OutboxProblem) => void = this.tell,
    onDone?: () => void,
  ): void {
    const told = (problem: OutboxProblem) => asksApproval(this, problem) || onProblem(problem);
    if (!this.#outbox.send(command, told, onDone)) onProblem({ code: "busy" });
  }

  async #direct(command: Command): Promise<void> {
    const problem = await problemOf(command);
    if (problem !== null && !asksApproval(this, problem)) this.tell(problem);
  }

  tell = (problem: OutboxProblem): void => {
    this.notices.show("bad", () => problemWords(problem));
  };

  /** Scans and red rows are seen in the list, and only said; the rest is also shown. */
  #take({ id, notice }: NoticeView): void {
    if (!this.notices.isNew(id)) return;
    const words = () => noticeWords(notice);
    if (notice.code === "paid_later" || notice.code === "reconciled") this.notices.show("good", words, true);
    else if (notice.code === "ended_unpaid" || notice.code === "refund_due" || notice.code === "not_saved")
      this.notices.show("bad", words, true);
    else this.notices.say(words());
  }
}
