import { characterOf, isModifier, isTerminator, type Key } from "./scan-keys";

/** Keys closer together than this come from a scanner: scanners take 1 to 30 ms a key, people 83 or more. */
export const BURST_GAP_MS = 55;
/** After a scan's end, further Enter, Tab or line feed belong to it. */
const ECHO_MS = 150;
/** A burst without an end may go on after a pause; what ends within this time is its other half. */
const HALF_MS = 1000;
/** As `HALF_MS`, for one lone character that no text field wanted. */
const LONE_MS = 300;
/** What comes this soon after half a scan that was told is its rest; anything later may be a scan that nobody took. */
const REST_MS = 300;
/** A code has 1 to 32 characters. */
const LONGEST = 32;
/** This many fast characters without an end are half a scan; fewer are quick fingers. */
const HALF_SCAN = 3;
/** This many keys one by one are a person's, and so are two that are rolled over after them. */
const UNHURRIED = 2;
/** `3*`: how many of what is scanned next. It may stand right before a scan. */
const TIMES = /^\d{1,4}\*$/;

export type BrokenScan = "too_long" | "incomplete" | "unreadable";

export type ReadEvent =
  | { kind: "scan"; code: string }
  /** A scan that must not be used; said aloud, never added. */
  | { kind: "broken"; why: BrokenScan }
  /** Held back until now, and a person's after all. */
  | { kind: "typed"; keys: Key[] };

export interface Verdict {
  /** The key must not reach the page. */
  swallow: boolean;
  /** Remember the focused field, if any, as it is now: this key may be a scan's first. */
  remember: boolean;
  /** Put back the field as remembered, before the events are acted on. */
  restore: boolean;
  events: ReadEvent[];
}

interface Burst {
  text: string;
  firstCode: string;
  held: Key[];
  firstAt: number;
  lastAt: number;
  count: number;
  editable: boolean;
  spoilt: BrokenScan | null;
  /** Began when the other half of an unfinished scan was to be expected, and whether that was said already. */
  isHalf: boolean;
  halfWasTold: boolean;
  /** Already taken for typing or for half a scan, because no further key had come. */
  settled: boolean;
}

/**
 * Tells a scanner's keys from a person's by speed and terminator. Pure: keys and their timestamps in, verdicts out.
 *
 * The first key for a text field is let through, so that typing is not delayed; later fast ones are held back. Where
 * nothing takes text, all are held back until it is known whose they are.
 */
export class ScanReader {
  #burst: Burst | null = null;
  #endedAt = -Infinity;
  #halfUntil = -Infinity;
  /** That half of a scan was there has been told, and its rest until then needs no more words. */
  #toldUntil = -Infinity;
  #typedAt = -Infinity;
  #unhurried = 0;

  /** Whether keys are held back, so that `idle` must be called if no other key comes. */
  get holding(): boolean {
    return this.#burst !== null && !this.#burst.settled;
  }

  press(key: Key): Verdict {
    const before = this.#burst !== null && !this.#isFast(key.at) ? this.idle(key.at) : nothing();
    return joined(before, this.#read(key));
  }

  /** No key came for a while: what is held back is decided. */
  idle(at: number): Verdict {
    const burst = this.#burst;
    if (burst === null || at - burst.lastAt <= BURST_GAP_MS) return nothing();
    const verdict = burst.settled ? nothing() : this.#settle(burst);
    burst.settled = true;
    return verdict;
  }

  #read(key: Key): Verdict {
    const fast = this.#isFast(key.at);
    if (isModifier(key)) {
      if (fast && this.#burst) this.#burst.lastAt = key.at;
      return nothing();
    }
    if (isTerminator(key))
      return fast && this.#burst ? this.#end(this.#burst, key) : this.#loneTerminator(key);
    if (isLineFeed(key) && this.#isEcho(key.at)) return swallowed();

    const character = characterOf(key);
    if (character === undefined) return this.#readNamed(key, fast);
    if (key.repeat) return this.#repeat(key);
    const burst = fast ? this.#burst : null;
    if (burst === null) return this.#begin(key, character);
    if (!isChargeBefore(burst, key)) return this.#continue(burst, key, character);
    return joined(typed(burst.settled ? [] : burst.held), this.#begin(key, character));
  }

  /** Only people hold keys down. */
  #repeat(key: Key): Verdict {
    const burst = this.#burst;
    if (burst === null || burst.settled) return { ...nothing(), swallow: !key.editable };
    burst.settled = true;
    return { ...this.#settle(burst), swallow: !key.editable };
  }

  #begin(key: Key, character: string): Verdict {
    const isAfterCharge = this.#burst !== null && isChargeBefore(this.#burst, key);
    this.#burst = {
      text: character,
      firstCode: key.code,
      held: key.editable ? [] : [key],
      firstAt: key.at,
      lastAt: key.at,
      count: 1,
      editable: key.editable,
      spoilt: null,
      isHalf: !isAfterCharge && key.at <= this.#halfUntil,
      halfWasTold: key.at <= this.#toldUntil,
      settled: false,
    };
    return { ...nothing(), swallow: !key.editable, remember: true };
  }

  #continue(burst: Burst, key: Key, character: string): Verdict {
    if (burst.settled) this.#reopen(burst);
    burst.lastAt = key.at;
    burst.count += 1;
    if (burst.count > LONGEST) burst.spoilt = "too_long";
    if (burst.spoilt === null) {
      burst.text += character;
      burst.held.push(key);
    }
    return swallowed();
  }

  /** The key was under way while the page was busy: the burst was settled too early. */
  #reopen(burst: Burst): void {
    burst.settled = false;
    burst.held = [];
    this.#suspectAs(burst.isHalf ? burst.lastAt : -Infinity, burst.halfWasTold ? burst.lastAt : -Infinity);
  }

  /** Keys without a character: function keys, arrows, and anything with Ctrl, Alt or Meta. */
  #readNamed(key: Key, fast: boolean): Verdict {
    const burst = this.#burst;
    if (!fast || burst === null || burst.settled) return nothing();
    if (burst.count < HALF_SCAN && !burst.spoilt) {
      burst.settled = true;
      return this.#settle(burst);
    }
    burst.spoilt ??= "unreadable";
    burst.lastAt = key.at;
    return swallowed();
  }

  #end(burst: Burst, key: Key): Verdict {
    if (
      !burst.isHalf &&
      burst.count < HALF_SCAN &&
      burst.editable &&
      burst.firstAt - this.#typedAt <= HALF_MS
    ) {
      this.#burst = null;
      this.#typedAt = key.at;
      return typed(burst.held);
    }
    this.#burst = null;
    this.#endedAt = key.at;
    this.#suspectAs(-Infinity);
    return { ...swallowed(), restore: true, events: this.#outcomeOf(burst) };
  }

  #outcomeOf(burst: Burst): ReadEvent[] {
    const why = burst.spoilt ?? (burst.isHalf ? "incomplete" : null);
    if (why === null) return [{ kind: "scan", code: burst.text }];
    return burst.isHalf && burst.halfWasTold ? [] : [{ kind: "broken", why }];
  }

  #loneTerminator(key: Key): Verdict {
    // Half a scan was told, and this is all that was missing of it.
    const isLate = key.at <= this.#halfUntil && this.#toldUntil > -Infinity;
    if (!isLate && !this.#isEcho(key.at)) return nothing();
    if (isLate) this.#suspectAs(-Infinity);
    this.#endedAt = key.at;
    return swallowed();
  }

  /** A burst had no end. */
  #settle(burst: Burst): Verdict {
    if (burst.spoilt !== null || (burst.count >= HALF_SCAN && !TIMES.test(burst.text))) {
      const events = this.#outcomeOf({ ...burst, spoilt: burst.spoilt ?? "incomplete" });
      this.#suspectAs(burst.lastAt + HALF_MS, burst.lastAt + REST_MS);
      return { ...nothing(), restore: true, events };
    }
    this.#suspectTyped(burst);
    this.#typedAt = burst.lastAt;
    return typed(burst.held);
  }

  /** One or two characters are typing, unless what follows shows that they began a scan. */
  #suspectTyped(burst: Burst): void {
    const until = burst.lastAt + (burst.count > 1 ? HALF_MS : burst.editable ? 0 : LONE_MS);
    const isInTyping = burst.firstAt - this.#typedAt <= HALF_MS;
    const before = isInTyping ? this.#unhurried : 0;
    this.#unhurried = burst.count === 1 ? before + 1 : 0;
    const toldUntil = burst.isHalf && burst.halfWasTold ? until : -Infinity;
    if (burst.text.endsWith("*") || before >= UNHURRIED) this.#suspectAs(-Infinity);
    else if (until > this.#halfUntil) this.#suspectAs(until, toldUntil);
  }

  #suspectAs(until: number, toldUntil = -Infinity): void {
    this.#halfUntil = until;
    this.#toldUntil = toldUntil;
  }

  #isFast(at: number): boolean {
    return this.#burst !== null && at - this.#burst.lastAt <= BURST_GAP_MS;
  }

  #isEcho(at: number): boolean {
    return at - this.#endedAt <= ECHO_MS;
  }
}

/**
 * The keypad's `+` alone, and then a digit of the other kind: a scanner takes both from the same side of a keyboard, so
 * this was a person who charged just before somebody scanned.
 */
function isChargeBefore(burst: Burst, key: Key): boolean {
  const isAlone = burst.count === 1 && burst.spoilt === null;
  return isAlone && burst.firstCode === "NumpadAdd" && /^Digit\d$/.test(key.code) && !key.shift;
}

function isLineFeed(key: Key): boolean {
  return key.key === "Linefeed" || (key.ctrl && !key.alt && (key.code === "KeyJ" || key.code === "KeyM"));
}

function nothing(): Verdict {
  return { swallow: false, remember: false, restore: false, events: [] };
}

function swallowed(): Verdict {
  return { ...nothing(), swallow: true };
}

function typed(keys: Key[]): Verdict {
  return { ...nothing(), events: keys.length > 0 ? [{ kind: "typed", keys }] : [] };
}

function joined(before: Verdict, after: Verdict): Verdict {
  return { ...after, restore: before.restore || after.restore, events: [...before.events, ...after.events] };
}
