import { render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { Desk } from "../src/cashier/desk.svelte";
import HelpDialog from "../src/cashier/HelpDialog.svelte";
import { weightBefore } from "../src/cashier/weighing";
import { actionOf, KEY_NAMES, type Place } from "../src/cashier/keymap";

const SELLING: Place = {
  dialogOpen: false,
  goodsHidden: false,
  locked: false,
  canAsk: false,
  editing: false,
};
const PLACES: Place[] = [SELLING, { ...SELLING, locked: true, canAsk: true }];
/** Written on a button, and pressed inside a dialog or a field only. */
const OF_FIELDS = new Set(["enter"]);
const CODES: Record<string, string> = { Del: "Delete", Esc: "Escape" };

/** Every key the map names, each alone: `↑ ↓` are two. */
const keys = Object.entries(KEY_NAMES)
  .filter(([name]) => !OF_FIELDS.has(name))
  .flatMap(([name, keys]) => keys.split(" ").map((key) => ({ name, key })));

describe("the help", () => {
  it("shows every key there is, and no other", () => {
    render(HelpDialog, { desk: new Desk() });
    const shown = [...screen.getByTestId("help-dialog").querySelectorAll("kbd")].map(
      (key) => key.textContent,
    );
    for (const { key } of keys) expect(shown.join(" ")).toContain(key);
    const known = new Set<string>([...keys.map(({ key }) => key), "+"]);
    // The charge key is told with its other name in the language's words.
    const strange = shown.flatMap((words) => (words ?? "").match(/[FE][\w]+|Del|Ctrl\+\w+|[↑↓/]/g) ?? []);
    expect(strange.filter((key) => !known.has(key))).toEqual([]);
    expect(shown.length).toBeGreaterThan(12);
  });

  it("tells how goods are weighed by hand, as the entry field understands it", () => {
    render(HelpDialog, { desk: new Desk() });
    expect(screen.getByTestId("help-dialog").textContent).toContain("0.485*");
    expect(weightBefore("0.485*")).toBe("0.485");
  });

  it.each(keys)("shows only keys that do something: $name, $key", ({ key }) => {
    const parts = key.split("+");
    const last = parts.at(-1) ?? "";
    const name = { ...CODES, "↑": "ArrowUp", "↓": "ArrowDown" }[last] ?? last;
    const press = {
      key: name,
      code: /^[A-Z]$/.test(name) ? `Key${name}` : name,
      ctrl: parts.includes("Ctrl"),
      shift: parts.includes("Shift"),
      alt: false,
      meta: false,
    };
    expect(PLACES.map((place) => actionOf(press, place)).filter((action) => action !== null)).not.toEqual([]);
  });
});
