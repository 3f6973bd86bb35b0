import { dice } from "./keys";

/** Keys, and how long after the one before each goes down. */
export interface Timing {
  who: string;
  /** `\n` for Enter, `\t` for Tab. */
  text: string;
  gaps_ms: number[];
}

type Roll = (below: number) => number;

const CODES = [
  "69012341",
  "6921168509256",
  "036000291452",
  "16901234567898",
  "Ab-12/9Z",
  "2200456012567",
  "7",
];

/** How scanners differ, from what their makers say of them: no recording of real ones was to be had. */
const SCANNERS: Record<string, (roll: Roll) => number> = {
  "wired, no delay between keys": () => 1,
  "wired, on a bus asked every 8 ms": (roll) => 8 * (1 + roll(2)),
  "by radio, in packets": (roll) => (roll(6) === 0 ? 24 + roll(7) : 1 + roll(4)),
  "set to the slowest of delays": (roll) => 28 + roll(3),
  "behind a busy machine": (roll) => 1 + roll(30),
};

/** How people type: pauses between keys. One alone may be short, where two fingers roll over two keys amid others. */
const TYPISTS: Record<string, (roll: Roll) => number> = {
  "at 12 keys a second": () => 83,
  "at 12 keys a second, unevenly": (roll) => 70 + roll(40),
  "on a keypad, by touch": (roll) => 110 + roll(120),
  "with one finger": (roll) => 250 + roll(600),
  "thinking in between": (roll) => (roll(5) === 0 ? 1500 + roll(3000) : 120 + roll(200)),
};

/** Whoever stops to think does not roll over the next two keys. */
const PAUSE_MS = 1000;

export function scannerTimings(seed: number): Timing[] {
  const roll = dice(seed);
  return Object.entries(SCANNERS).map(([who, gap]) => {
    const text = `${CODES[roll(CODES.length)]}${["\n", "\n\n", "\t"][roll(3)]}`;
    return { who, text, gaps_ms: Array.from(text, () => gap(roll)) };
  });
}

export function typistTimings(seed: number): Timing[] {
  const roll = dice(seed);
  return Object.entries(TYPISTS).map(([who, gap]) => {
    const text = `${CODES[roll(CODES.length)]}\n`;
    let [unhurried, last_ms] = [0, 0];
    const gaps_ms = Array.from(text, () => {
      const isRolled = unhurried > 3 && last_ms < PAUSE_MS && roll(4) === 0;
      unhurried = isRolled ? 0 : unhurried + 1;
      last_ms = isRolled ? 35 + roll(20) : gap(roll);
      return last_ms;
    });
    return { who, text, gaps_ms };
  });
}
