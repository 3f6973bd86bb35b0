import { describe, expect, it } from "vitest";
import { actionOf, type KeyPress, type Place } from "../src/cashier/keymap";

const SELLING: Place = {
  dialogOpen: false,
  goodsHidden: false,
  locked: false,
  canAsk: false,
  editing: false,
};
const WAITING: Place = { ...SELLING, locked: true, canAsk: true };
const CLOSING: Place = { ...SELLING, locked: true };
const READING: Place = { ...SELLING, goodsHidden: true };
const EDITING: Place = { ...SELLING, editing: true };
const ASKED: Place = { ...SELLING, dialogOpen: true, editing: true };

function press(name: string): KeyPress {
  const parts = name.split("+").filter((part) => part !== "");
  const key = parts.at(-1) ?? "";
  return {
    key: key === "NumpadAdd" ? "+" : key,
    code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key,
    ctrl: parts.includes("Ctrl"),
    shift: parts.includes("Shift"),
    alt: parts.includes("Alt"),
    meta: false,
  };
}

describe("keys", () => {
  it.each([
    ["F1", SELLING, "help"],
    ["F2", SELLING, "quantity"],
    ["F3", SELLING, "price"],
    ["F4", SELLING, "discount"],
    ["F4", WAITING, null],
    ["F4", READING, null],
    ["F4", ASKED, null],
    ["Ctrl+m", SELLING, "note"],
    ["Ctrl+m", EDITING, null],
    ["Ctrl+m", WAITING, null],
    ["Ctrl+Delete", SELLING, "clear"],
    ["Ctrl+Delete", EDITING, null],
    ["Ctrl+Delete", WAITING, null],
    ["Ctrl+Delete", READING, null],
    ["F5", SELLING, "hold"],
    ["F5", WAITING, null],
    ["F5", READING, null],
    ["F5", ASKED, null],
    ["F6", SELLING, "resume"],
    ["F6", WAITING, null],
    ["F6", READING, null],
    ["F7", SELLING, "receipts"],
    ["F10", SELLING, "settings"],
    ["F10", WAITING, "settings"],
    ["F10", ASKED, null],
    ["F12", SELLING, "charge"],
    ["NumpadAdd", SELLING, "charge"],
    ["NumpadAdd", EDITING, null],
    ["Delete", SELLING, "remove"],
    ["Delete", EDITING, null],
    ["Ctrl+z", SELLING, "undo"],
    ["Ctrl+y", SELLING, "redo"],
    ["Ctrl+Shift+z", SELLING, "redo"],
    ["Ctrl+z", EDITING, null],
    ["/", SELLING, "entry"],
    ["/", EDITING, null],
    ["ArrowUp", SELLING, "up"],
    ["ArrowDown", SELLING, "down"],
    ["Escape", SELLING, "back"],
    ["F2", WAITING, "ask_now"],
    ["F3", WAITING, null],
    ["Escape", WAITING, "back"],
    ["F2", CLOSING, null],
    ["F7", READING, "receipts"],
    ["F2", READING, null],
    ["Delete", READING, null],
    ["ArrowDown", READING, null],
    ["Escape", ASKED, "back"],
    ["F12", ASKED, null],
    ["NumpadAdd", ASKED, null],
    ["F2", ASKED, null],
    ["Ctrl+z", ASKED, null],
    ["Enter", SELLING, null],
    ["Enter", WAITING, null],
    [" ", SELLING, null],
    ["Shift+F12", SELLING, null],
    ["Alt+F2", SELLING, null],
    ["1", SELLING, null],
  ] as const)("%s means %#", (name, place, action) => expect(actionOf(press(name), place)).toBe(action));

  it("charge only by keys no scanner sends", () => {
    const printable = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));
    for (const key of [...printable, "Enter", "Tab"]) {
      expect(actionOf(press(key === "+" ? "Equal" : key), SELLING)).not.toBe("charge");
    }
  });
});
