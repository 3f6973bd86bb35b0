import { FieldMemory, focusedField, typeInto, type TextField } from "./field-memory";
import { characterOf, type Key } from "./scan-keys";
import { BURST_GAP_MS, ScanReader, type BrokenScan, type ReadEvent, type Verdict } from "./scan-reader";

/** The timer gives keys that are under way a moment more. */
const SETTLE_MS = BURST_GAP_MS + 15;
/** A timer this late shows that the page was busy; keys may be waiting behind it. */
const LATE_MS = 20;

export interface Listeners {
  scan(code: string): void;
  broken(why: BrokenScan): void;
  /** A person's key that no text field took. True when something was done. */
  typed(key: Key): boolean;
  /** A person's key that may be one of the till's own. True when something was done. */
  pressed(key: Key): boolean;
  /** Where characters go that were typed with nothing focused, if anywhere. */
  entry(): TextField | null;
}

/** The one listener for keys: all that comes from the keyboard or a scanner passes here first. */
export class ScanListener {
  readonly #reader = new ScanReader();
  readonly #to: Listeners;
  readonly #swallowed = new Set<string>();
  #memory: FieldMemory | null = null;
  #composed = false;
  /** The last key's own time, and when it was heard: the two clocks need not begin at the same moment. */
  #lastKey = { at: 0, heardAt: 0 };
  #timer: number | undefined;

  constructor(to: Listeners) {
    this.#to = to;
  }

  /** Begins to listen; the answer ends it. */
  start(): () => void {
    const down = (event: KeyboardEvent) => this.#down(event);
    const up = (event: KeyboardEvent) => this.#up(event);
    window.addEventListener("keydown", down, true);
    window.addEventListener("keyup", up, true);
    return () => {
      window.removeEventListener("keydown", down, true);
      window.removeEventListener("keyup", up, true);
      window.clearTimeout(this.#timer);
    };
  }

  #down(event: KeyboardEvent): void {
    this.#apply(this.#reader.idle(event.timeStamp));
    this.#lastKey = { at: event.timeStamp, heardAt: performance.now() };
    const key = this.#keyOf(event);
    this.#composed ||= key.composing;
    const verdict = this.#reader.press(key);
    this.#apply(verdict);
    if (verdict.swallow) this.#swallow(event);
    else if (!scrolls(key) && (this.#to.pressed(key) || isWebviewsOwn(key))) event.preventDefault();
    this.#wait();
  }

  #up(event: KeyboardEvent): void {
    if (this.#swallowed.delete(event.code)) stop(event);
  }

  #apply(verdict: Verdict): void {
    if (verdict.restore) {
      this.#memory?.restore(this.#composed);
      this.#memory = null;
    }
    for (const event of verdict.events) this.#act(event);
    if (!verdict.remember) return;
    const field = focusedField();
    this.#memory = field && new FieldMemory(field);
    this.#composed = false;
  }

  #act(event: ReadEvent): void {
    if (event.kind === "scan") this.#to.scan(event.code);
    else if (event.kind === "broken") this.#to.broken(event.why);
    else for (const key of event.keys) this.#replay(key);
  }

  /** Does what a key held back would have done. */
  #replay(key: Key): void {
    const text = characterOf(key) ?? "";
    const field = focusedField();
    if (key.editable && field) {
      typeInto(field, text);
    } else if (text === " " && document.activeElement instanceof HTMLButtonElement) {
      document.activeElement.click();
    } else if (!this.#to.typed(key)) {
      this.#typeIntoEntry(text);
    }
  }

  #typeIntoEntry(text: string): void {
    const entry = this.#to.entry();
    if (entry === null || text.trim() === "") return;
    // A second key of the same two is no reason to forget how the field was.
    if (document.activeElement !== entry) this.#memory = new FieldMemory(entry);
    entry.focus();
    typeInto(entry, text);
  }

  #keyOf(event: KeyboardEvent): Key {
    const field = focusedField();
    // The charge key is no text for an empty entry field.
    const isText = event.code !== "NumpadAdd" || field !== this.#to.entry() || field?.value !== "";
    return {
      at: event.timeStamp,
      key: event.key,
      code: event.code,
      shift: event.shiftKey,
      capsLock: event.getModifierState("CapsLock"),
      ctrl: event.ctrlKey,
      alt: event.altKey,
      meta: event.metaKey,
      composing: event.isComposing || event.key === "Process" || event.keyCode === 229,
      repeat: event.repeat,
      editable: field !== null && isText,
    };
  }

  #swallow(event: KeyboardEvent): void {
    stop(event);
    this.#swallowed.add(event.code);
  }

  #wait(): void {
    window.clearTimeout(this.#timer);
    if (!this.#reader.holding) return;
    const due = performance.now() + SETTLE_MS;
    this.#timer = window.setTimeout(() => this.#settle(due), SETTLE_MS);
  }

  #settle(due: number): void {
    const now = performance.now();
    if (now - due > LATE_MS) {
      this.#timer = window.setTimeout(() => this.#settle(now + LATE_MS), LATE_MS);
      return;
    }
    this.#apply(this.#reader.idle(this.#lastKey.at + now - this.#lastKey.heardAt));
    this.#wait();
  }
}

/** The arrows belong to a long text that is being read. */
function scrolls(key: Key): boolean {
  const isReading = document.activeElement?.hasAttribute("data-scrolls") ?? false;
  return isReading && (key.key === "ArrowUp" || key.key === "ArrowDown");
}

/** Reload, find, print, zoom, developer tools and the like, which have no place in a till. */
function isWebviewsOwn(key: Key): boolean {
  if (/^F\d{1,2}$/.test(key.key) || key.key === "ContextMenu") return true;
  if (key.alt && /^(Arrow(Left|Right)|Home)$/.test(key.key)) return true;
  if (!key.editable && key.key === "Backspace") return true;
  return (key.ctrl || key.meta) && !/^[acvxzy]$/i.test(key.key);
}

function stop(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}
