import type { Key } from "../src/cashier/scan-keys";

/** A key going down at `at` milliseconds. */
export function keyAt(at: number, key: string, changes: Partial<Key> = {}): Key {
  const shift = /^[A-Z]$/.test(key) || '!@#$%^&*()_+{}|:"~<>?'.includes(key);
  return {
    at,
    key,
    code: codeOf(key),
    shift,
    capsLock: false,
    ctrl: false,
    alt: false,
    meta: false,
    composing: false,
    repeat: false,
    editable: false,
    ...changes,
  };
}

/** The place of a key on a United States keyboard. */
export function codeOf(key: string): string {
  if (/^[a-z]$/i.test(key)) return `Key${key.toUpperCase()}`;
  if (/^\d$/.test(key)) return `Digit${key}`;
  const shifted = ")!@#$%^&*(".indexOf(key);
  if (shifted >= 0 && key.length === 1) return `Digit${shifted}`;
  const signs: Record<string, string> = {
    "-": "Minus",
    "+": "Equal",
    "/": "Slash",
    ".": "Period",
    " ": "Space",
  };
  return signs[key] ?? key;
}

/** Numbers that look random and are the same in every run. */
export function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}
