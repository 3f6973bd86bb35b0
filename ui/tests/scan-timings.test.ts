import { describe, expect, it } from "vitest";
import { characterOf } from "../src/cashier/scan-keys";
import { ScanReader, type ReadEvent } from "../src/cashier/scan-reader";
import { scannerTimings, typistTimings, type Timing } from "./key-timings";
import { keyAt } from "./keys";
import kept from "./key-timings.json";

interface Outcome {
  scans: string[];
  broken: string[];
  /** What is left in the field, or handed on as typing. */
  text: string;
  enters: number;
}

function play({ text, gaps_ms }: Timing, isFocused: boolean): Outcome {
  const reader = new ScanReader();
  const outcome: Outcome = { scans: [], broken: [], text: "", enters: 0 };
  let [at, remembered, editable] = [1000, "", isFocused];
  const take = (events: ReadEvent[], restore: boolean) => {
    if (restore) outcome.text = remembered;
    for (const event of events) {
      if (event.kind === "scan") outcome.scans.push(event.code);
      else if (event.kind === "broken") outcome.broken.push(event.why);
      else {
        outcome.text += event.keys.map((key) => characterOf(key)).join("");
        // What a person types with nothing focused goes to the entry field, and so does what follows.
        editable = true;
      }
    }
  };
  Array.from(text).forEach((letter, index) => {
    at += gaps_ms[index] ?? 0;
    const key = keyAt(at, { "\n": "Enter", "\t": "Tab" }[letter] ?? letter, { editable });
    const before = reader.idle(at);
    take(before.events, before.restore);
    const verdict = reader.press(key);
    take(verdict.events, verdict.restore);
    if (verdict.remember) remembered = outcome.text;
    if (verdict.swallow) return;
    if (key.key === "Enter" || key.key === "Tab") outcome.enters += 1;
    else if (key.editable) outcome.text += characterOf(key) ?? "";
  });
  const last = reader.idle(at + 1000);
  take(last.events, last.restore);
  return outcome;
}

const FOCUS = [
  ["with nothing focused", false],
  ["in a field", true],
] as const;

describe.each(FOCUS)("%s", (_, isFocused) => {
  it.each(kept.scanners)("a scanner $who is read whole: $text", (timing) => {
    const scan = { scans: [timing.text.trim()], broken: [], text: "", enters: 0 };
    expect(play(timing, isFocused)).toEqual(scan);
  });

  it.each(kept.typists)("a person $who is no scanner: $text", (timing) => {
    expect(play(timing, isFocused)).toEqual({ scans: [], broken: [], text: timing.text.trim(), enters: 1 });
  });

  it("no scanner at 1 to 30 ms a key is taken for a person", () => {
    for (let seed = 1; seed <= 300; seed += 1)
      for (const timing of scannerTimings(seed)) {
        const scan = { scans: [timing.text.trim()], broken: [], text: "", enters: 0 };
        expect(play(timing, isFocused), `${timing.who}, seed ${seed}`).toEqual(scan);
      }
  });

  it("no person at up to 12 keys a second is taken for a scanner", () => {
    for (let seed = 1; seed <= 300; seed += 1)
      for (const timing of typistTimings(seed)) {
        const typing = { scans: [], broken: [], text: timing.text.trim(), enters: 1 };
        expect(play(timing, isFocused), `${timing.who}, seed ${seed}`).toEqual(typing);
      }
  });
});
