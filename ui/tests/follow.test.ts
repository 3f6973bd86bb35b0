import { flushSync } from "svelte";
import { describe, expect, it } from "vitest";
import { follow } from "../src/shared/follow.svelte";
import { watched } from "./watched.svelte";

const first = { revision: 1, cart: { total: 5, lines: [{ id: 1 }, { id: 2 }] }, payment: null };

describe("a state that is told again and again", () => {
  it("stays one object, and reads as what was told last", () => {
    const shown = follow(null, first);
    expect(shown).toEqual(first);
    const next = { revision: 2, cart: { total: 6, lines: [{ id: 2 }] }, payment: null };
    expect(follow(shown, next)).toBe(shown);
    expect(shown).toEqual(next);
    expect({ ...shown }).toEqual(next);
  });

  it("wakes only what reads a field that became another", () => {
    const shown = follow(null, first);
    const total = watched(() => shown.cart.total);
    const lines = watched(() => shown.cart.lines);
    follow(shown, { ...first, revision: 2, cart: { total: 6, lines: [{ id: 1 }, { id: 2 }] } });
    flushSync();
    expect([total.seen, lines.seen]).toEqual([[5, 6], [first.cart.lines]]);
    follow(shown, { ...first, revision: 3, cart: { total: 6, lines: [{ id: 1 }] } });
    flushSync();
    expect([total.seen.length, lines.seen.length]).toEqual([2, 2]);
  });

  it("takes what was not there, what goes, and what is of another kind, whole", () => {
    interface State {
      notice: { code: string; title?: string; barcode?: string } | null;
    }
    const told: State[] = [
      { notice: null },
      { notice: { code: "scanned", title: "a" } },
      { notice: { code: "unknown", barcode: "b" } },
      { notice: null },
    ];
    const shown = follow(null, told[0]!);
    const notices = watched(() => shown.notice);
    for (const state of told) {
      follow(shown, state);
      flushSync();
      expect(shown).toEqual(state);
    }
    expect(notices.seen).toHaveLength(4);
  });
});
