/** More at once than this nobody reads; the oldest goes. */
const MOST_SHOWN = 3;
const SHOWN_MS = 9000;
const ECHO = "\u00a0";

export type Tone = "good" | "bad";

export interface Toast {
  id: number;
  tone: Tone;
  /** Asked for at each drawing, so that they follow the language. */
  words: () => string;
}

/** What is told in passing: words on screen, and words only heard. */
export class Notices {
  toasts = $state.raw<Toast[]>([]);
  heard = $state("");
  #nextId = 1;
  #seen = 0;

  /**
   * Shows words until they are read or a while has passed; `stays` keeps them until they are put away. Gives what to
   * put away.
   */
  show(tone: Tone, words: () => string, stays = false): number {
    const toast = { id: this.#nextId++, tone, words };
    this.toasts = [...this.toasts.filter((other) => other.words() !== words()), toast].slice(-MOST_SHOWN);
    this.say(words());
    if (!stays) window.setTimeout(() => this.putAway(toast.id), SHOWN_MS);
    return toast.id;
  }

  /** Only for screen readers. The same words twice are said twice. */
  say(text: string): void {
    this.heard = text === this.heard ? text + ECHO : text;
  }

  putAway(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  /** Whether a notice of the till was not taken up yet; asking takes it up. */
  isNew(id: number): boolean {
    if (id <= this.#seen) return false;
    this.#seen = id;
    return true;
  }
}
