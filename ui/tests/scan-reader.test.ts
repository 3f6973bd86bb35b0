import { describe, expect, it } from "vitest";
import { characterOf, type Key } from "../src/cashier/scan-keys";
import { ScanReader, type ReadEvent } from "../src/cashier/scan-reader";
import { dice, keyAt } from "./keys";

/** What came of a sequence of keys: scans, refusals, and what a text field or the page was left with. */
interface Outcome {
  scans: string[];
  broken: string[];
  /** Text that stays in the focused field, or goes to nobody's field as typing. */
  text: string;
  enters: number;
  presses: string[];
}

/** Plays keys to a reader as the listener would, with a text field that is restored as told. */
function play(keys: Key[]): Outcome {
  const reader = new ScanReader();
  const outcome: Outcome = { scans: [], broken: [], text: "", enters: 0, presses: [] };
  let remembered = "";
  const take = (events: ReadEvent[], restore: boolean) => {
    if (restore) outcome.text = remembered;
    for (const event of events) {
      if (event.kind === "scan") outcome.scans.push(event.code);
      else if (event.kind === "broken") outcome.broken.push(event.why);
      else outcome.text += event.keys.map((key) => characterOf(key)).join("");
    }
  };
  for (const key of keys) {
    const before = reader.idle(key.at);
    take(before.events, before.restore);
    const verdict = reader.press(key);
    take(verdict.events, verdict.restore);
    if (verdict.remember) remembered = outcome.text;
    if (verdict.swallow) continue;
    if (key.key === "Enter" || key.key === "Tab") outcome.enters += 1;
    else if (key.editable && characterOf(key) !== undefined) outcome.text += characterOf(key);
    else outcome.presses.push(key.key);
  }
  const last = reader.idle((keys.at(-1)?.at ?? 0) + 1000);
  take(last.events, last.restore);
  return outcome;
}

/** Characters and named keys (in angle brackets) at the given distances, the last one repeated. */
function typed(text: string, gaps: number[], from = 1000, changes: Partial<Key> = {}): Key[] {
  let at = from;
  return [...text.matchAll(/<(\w+)>|./gs)].map((match, index) => {
    if (index > 0) at += gaps[Math.min(index - 1, gaps.length - 1)] ?? 0;
    return keyAt(at, match[1] ?? match[0], changes);
  });
}

const CODE = "6921168509256";
const FIELD = { editable: true };

describe("a scan", () => {
  const scans: [name: string, keys: Key[], codes: string[]][] = [
    ["of EAN-13 at 1 ms a key", typed(`${CODE}<Enter>`, [1]), [CODE]],
    ["at 30 ms a key", typed(`${CODE}<Enter>`, [30]), [CODE]],
    ["with a radio's jitter", typed(`${CODE}<Enter>`, [2, 41, 3, 28, 1, 50, 7, 12, 36, 4, 4, 19, 8]), [CODE]],
    ["all in one millisecond", typed(`${CODE}<Enter>`, [0]), [CODE]],
    ["of EAN-8", typed("69012341<Enter>", [8]), ["69012341"]],
    ["of UPC-A", typed("036000291452<Enter>", [8]), ["036000291452"]],
    ["of ITF-14", typed("16901234567898<Enter>", [8]), ["16901234567898"]],
    ["of Code 128 with letters", typed("Ab-12/9Z<Enter>", [8]), ["Ab-12/9Z"]],
    ["of one character", typed("7<Enter>", [12]), ["7"]],
    [
      "of 32 characters",
      typed(`${"1234567890".repeat(3)}12<Enter>`, [5]),
      ["12345678901234567890123456789012"],
    ],
    ["that ends with Tab", typed(`${CODE}<Tab>`, [10]), [CODE]],
    ["that ends with CR LF", typed(`${CODE}<Enter><Enter>`, [10]), [CODE]],
    ["that ends with Enter and Tab", typed(`${CODE}<Enter><Tab>`, [10]), [CODE]],
    ["right after another", typed(`${CODE}<Enter>4711<Enter>`, [1]), [CODE, "4711"]],
    ["20 ms after another's CR LF", typed(`${CODE}<Enter><Enter>4711<Enter><Enter>`, [20]), [CODE, "4711"]],
    ["twice the same", typed(`${CODE}<Enter>${CODE}<Enter>`, [15]), [CODE, CODE]],
  ];

  it.each(scans)("%s is read, and nothing of it reaches the page", (_, keys, codes) => {
    expect(play(keys)).toEqual({ scans: codes, broken: [], text: "", enters: 0, presses: [] });
  });

  it.each(scans)("%s leaves nothing in a focused field", (_, keys, codes) => {
    const inField = keys.map((key) => ({ ...key, editable: true }));
    expect(play(inField)).toEqual({ scans: codes, broken: [], text: "", enters: 0, presses: [] });
  });

  it("reads capitals whose Shift is a key of its own", () => {
    let at = 1000;
    const keys = [..."AB12"].flatMap((letter) => {
      const key = keyAt(0, letter);
      const all = key.shift ? [keyAt(0, "Shift", { code: "ShiftLeft" }), key] : [key];
      return all.map((each) => ({ ...each, at: (at += 30) }));
    });
    const end = keyAt(at + 30, "Enter");
    expect(play([...keys, end]).scans).toEqual(["AB12"]);
  });

  it("reads the places of keys while an input method is on", () => {
    const keys = typed("aB3-7<Enter>", [9]).map((key) => ({
      ...key,
      key: "Process",
      composing: true,
      editable: true,
    }));
    expect(play(keys).scans).toEqual(["aB3-7"]);
    expect(play(keys).enters).toBe(0);
  });

  it("reads full-width digits by their places", () => {
    const keys = typed("6921<Enter>", [9]).map((key) =>
      key.key === "Enter" ? key : { ...key, key: String.fromCodePoint(0xff10 + Number(key.key)) },
    );
    expect(play(keys).scans).toEqual(["6921"]);
  });

  it("keeps what a person had typed before it", () => {
    const keys = [...typed("12", [140], 1000, FIELD), ...typed(`${CODE}<Enter>`, [6], 1600, FIELD)];
    expect(play(keys)).toMatchObject({ scans: [CODE], text: "12", enters: 0 });
  });

  it("follows `3*` at once", () => {
    const keys = [...typed("3*", [120]), ...typed(`${CODE}<Enter>`, [6], 1220)];
    expect(play(keys)).toMatchObject({ scans: [CODE], broken: [], text: "3*" });
  });

  it.each([0, 3, 20, 55, 56, 100, 290])("%d ms after the keypad's + is read without it", (gap) => {
    const charge = keyAt(1000, "+", { code: "NumpadAdd", shift: false });
    for (const changes of [{}, FIELD]) {
      const keys = [{ ...charge, ...changes }, ...typed(`${CODE}<Enter>`, [4], 1000 + gap, changes)];
      expect(play(keys)).toEqual({ scans: [CODE], broken: [], text: "+", enters: 0, presses: [] });
    }
  });

  it("that begins with a plus of its own keeps it", () => {
    const onKeypad = (key: Key) => {
      const code = key.key === "+" ? "NumpadAdd" : /^\d$/.test(key.key) ? `Numpad${key.key}` : key.code;
      return { ...key, code, shift: key.shift && key.key !== "+" };
    };
    expect(play(typed("+12345<Enter>", [9])).scans).toEqual(["+12345"]);
    for (const text of ["+12345", "+A1234"])
      expect(play(typed(`${text}<Enter>`, [9]).map(onKeypad))).toMatchObject({ scans: [text], text: "" });
  });

  it("is put together again when the page was too busy to hear its keys in time", () => {
    const reader = new ScanReader();
    const keys = typed(`${CODE}<Enter>`, [5]);
    const events = keys.flatMap((key, at) => {
      const verdict = reader.press(key);
      // The timer runs out after the fourth key, and the fifth, pressed long before, is heard only then.
      const idle = at === 3 ? reader.idle(key.at + 500).events : [];
      return [...verdict.events, ...idle];
    });
    expect(events.filter((event) => event.kind === "scan")).toEqual([{ kind: "scan", code: CODE }]);
  });
});

describe("a person", () => {
  it.each([
    ["at 12 keys a second", [83]],
    ["at leisure", [240]],
    ["unevenly", [84, 310, 95, 150]],
  ])("types %s and is left alone", (_, gaps) => {
    expect(play(typed("6921<Enter>", gaps, 1000, FIELD))).toEqual({
      scans: [],
      broken: [],
      text: "6921",
      enters: 1,
      presses: [],
    });
  });

  it("types with nothing focused, and it is handed on as typing", () => {
    expect(play(typed("3*", [100]))).toMatchObject({ scans: [], broken: [], text: "3*" });
  });

  it("rolls two keys, and both arrive in order", () => {
    expect(play(typed("1234", [90, 40, 120], 1000, FIELD))).toMatchObject({ text: "1234", broken: [] });
  });

  it("rolls onto Enter at the end of typing", () => {
    expect(play(typed("12<Enter>", [120, 40], 1000, FIELD))).toMatchObject({
      scans: [],
      text: "12",
      enters: 1,
    });
  });

  it("presses Enter, Escape and function keys", () => {
    expect(play(typed("<Enter><Escape><F2>", [300]))).toMatchObject({ enters: 1, presses: ["Escape", "F2"] });
  });

  it("presses Enter some time after a scan", () => {
    expect(play(typed(`${CODE}<Enter><Enter>`, [...Array(13).fill(5), 400])).enters).toBe(1);
  });

  it("holds a key down", () => {
    const keys = typed("1111", [400, 30, 30], 1000, FIELD).map((key, at) => ({ ...key, repeat: at > 0 }));
    expect(play(keys)).toMatchObject({ scans: [], broken: [], text: "1111" });
  });
});

describe("what is no whole scan", () => {
  const cases: [name: string, keys: Key[], why: string][] = [
    ["10 KB", typed(`${"0123456789".repeat(1000)}<Enter>`, [1]), "too_long"],
    ["33 characters", typed(`${"1".repeat(33)}<Enter>`, [1]), "too_long"],
    ["a burst without an end", typed("692116850", [5]), "incomplete"],
    ["a gap in the middle", typed(`${CODE}<Enter>`, [5, 5, 5, 5, 300, 5]), "incomplete"],
    ["a gap after two keys", typed(`${CODE}<Enter>`, [5, 200, 5]), "incomplete"],
    ["a gap after the first key", typed(`${CODE}<Enter>`, [120, 5]), "incomplete"],
    ["two gaps", typed(`${CODE}<Enter>`, [5, 5, 5, 200, 5, 5, 200, 5]), "incomplete"],
    ["a late Enter", typed(`${CODE}<Enter>`, [...Array(12).fill(5), 200]), "incomplete"],
    [
      "a control character",
      [...typed("69211", [5]), keyAt(1025, "]", { ctrl: true }), ...typed("685<Enter>", [5], 1030)],
      "unreadable",
    ],
    ["a Delete amid the digits", typed("69211<Delete>685<Enter>", [5]), "unreadable"],
    [
      "10 KB with a pause",
      typed(`${"01".repeat(5000)}55555<Enter>`, [...Array(9999).fill(1), 300, 1]),
      "too_long",
    ],
  ];

  it.each(cases)("%s adds nothing and is told once", (_, keys, why) => {
    const { scans, broken, text } = play(keys);
    expect(scans).toEqual([]);
    expect(broken).toEqual([why]);
    expect(text.length).toBeLessThanOrEqual(2);
  });

  it.each(cases)("%s presses nothing, and leaves no half in a focused field", (_, keys) => {
    const { scans, broken, text, presses } = play(keys.map((key) => ({ ...key, editable: true })));
    // One slow first digit in a field is typing; the scan after it then stands by itself.
    expect(scans.length + broken.length).toBe(1);
    expect(text.length).toBeLessThanOrEqual(2);
    expect(presses).toEqual([]);
  });

  it("does not spoil the scan after it", () => {
    const keys = [...typed("692116", [5]), ...typed(`${CODE}<Enter>`, [5], 3000)];
    expect(play(keys)).toMatchObject({ scans: [CODE], broken: ["incomplete"] });
  });

  it.each([56, 80, 200, 900])(
    "for an Enter %d ms late presses nothing with it, and loses no scan",
    (late) => {
      for (const changes of [{}, FIELD]) {
        const first = typed(`${CODE}<Enter>`, [...Array(12).fill(5), late], 1000, changes);
        const ended = first.at(-1)?.at ?? 0;
        const keys = [...first, ...typed("4711<Enter>", [5], ended + 20, changes)];
        expect(play(keys)).toEqual({
          scans: ["4711"],
          broken: ["incomplete"],
          text: "",
          enters: 0,
          presses: [],
        });
      }
    },
  );

  it("is told again where a scan is not taken that may have been whole", () => {
    const keys = [...typed("692116", [5]), ...typed(`${CODE}<Enter>`, [5], 1800)];
    expect(play(keys)).toMatchObject({ scans: [], broken: ["incomplete", "incomplete"] });
  });
});

describe("any sequence", () => {
  const ALPHABET = "0123456789ABCabc-./";

  it("of scans at any speed up to 30 ms comes out whole and in order", () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const roll = dice(seed);
      const codes = Array.from({ length: 1 + roll(20) }, () =>
        Array.from({ length: 1 + roll(32) }, () => ALPHABET[roll(ALPHABET.length)]).join(""),
      );
      let at = 1000;
      const keys = codes.flatMap((code) => {
        const slowest = 1 + roll(30);
        const ends = roll(2) === 0 ? ["Enter"] : ["Enter", "Enter"];
        const burst = [...code, ...ends].map((key) =>
          keyAt((at += 1 + roll(slowest)), key, { editable: roll(50) === 0 }),
        );
        at += 20 + roll(400);
        return burst;
      });
      expect(play(keys), `seed ${seed}`).toMatchObject({ scans: codes, broken: [], enters: 0, presses: [] });
    }
  });

  it("of keys 83 ms or more apart is never a scan", () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const roll = dice(seed);
      let at = 1000;
      const text = Array.from({ length: 1 + roll(40) }, () => ALPHABET[roll(ALPHABET.length)]).join("");
      const keys = [...text, "Enter"].map((key) => keyAt((at += 83 + roll(200)), key, FIELD));
      expect(play(keys), `seed ${seed}`).toEqual({ scans: [], broken: [], text, enters: 1, presses: [] });
    }
  });

  it("of fast keys never gets an Enter through to the page", () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const roll = dice(seed);
      let at = 1000;
      const keys = Array.from({ length: 60 }, () => {
        const key = ["1", "7", "A", "Enter", "Enter", "Tab", "3", "0"][roll(8)] ?? "1";
        return keyAt((at += 1 + roll(30)), key);
      });
      // Before the first character there is nothing to tell a scanner by.
      const first = keys.findIndex((key) => key.key.length === 1);
      expect(play(keys.slice(first)).enters, `seed ${seed}`).toBe(0);
    }
  });
});
