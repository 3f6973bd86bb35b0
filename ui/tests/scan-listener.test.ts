import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Key } from "../src/cashier/scan-keys";
import { ScanListener } from "../src/cashier/scan-listener";
import { codeOf } from "./keys";

const CODE = "6921168509256";

let heard: string[];
let typedKeys: string[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  vi.advanceTimersByTime(5000);
  heard = [];
  typedKeys = [];
  document.body.innerHTML = `<input id="entry"><input id="field" value="3.50">
    <button id="button"></button><p id="text" tabindex="0" data-scrolls></p><div role="dialog"><form><input id="amount"><button id="ok"></button></form></div>`;
  stop = new ScanListener({
    scan: (code) => heard.push(code),
    broken: (why) => heard.push(`broken ${why}`),
    typed: (key: Key) => {
      typedKeys.push(key.key);
      return key.key === "/";
    },
    pressed: (key: Key) => key.key === "F2" || key.key === "ArrowDown",
    entry: () => element<HTMLInputElement>("entry"),
  }).start();
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** One key as a browser acts on it: text goes into a focused field, Enter presses or submits, Space presses. */
function strike(key: string, changes: KeyboardEventInit & { keyCode?: number } = {}): KeyboardEvent {
  const target = document.activeElement ?? document.body;
  const event = new KeyboardEvent("keydown", {
    key,
    code: codeOf(key),
    bubbles: true,
    cancelable: true,
    ...changes,
  });
  Object.defineProperty(event, "timeStamp", { value: performance.now() });
  target.dispatchEvent(event);
  if (event.defaultPrevented) return event;
  if (target instanceof HTMLInputElement && key.length === 1) {
    target.setRangeText(key, target.selectionStart ?? 0, target.selectionEnd ?? 0, "end");
    target.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (key === "Enter" && target instanceof HTMLButtonElement) target.click();
  else if (key === "Enter" && target instanceof HTMLInputElement) target.form?.requestSubmit();
  return event;
}

function send(text: string, gapMs: number, ...ends: string[]): void {
  for (const key of [...text, ...ends]) {
    strike(key);
    vi.advanceTimersByTime(gapMs);
  }
}

describe("a scan", () => {
  it("is heard with nothing focused", () => {
    send(CODE, 4, "Enter");
    expect(heard).toEqual([CODE]);
    vi.advanceTimersByTime(500);
    expect(element<HTMLInputElement>("entry").value).toBe("");
  });

  it("leaves a focused field as it was, with its selection, and submits nothing", () => {
    const amount = element<HTMLInputElement>("amount");
    const submitted = vi.fn((event: Event) => event.preventDefault());
    amount.form?.addEventListener("submit", submitted);
    amount.value = "12.00";
    amount.focus();
    amount.select();
    const values: string[] = [];
    amount.addEventListener("input", () => values.push(amount.value));
    send(CODE, 4, "Enter", "Enter");
    vi.advanceTimersByTime(500);
    expect(heard).toEqual([CODE]);
    expect(amount.value).toBe("12.00");
    expect([amount.selectionStart, amount.selectionEnd]).toEqual([0, 5]);
    expect(values.at(-1)).toBe("12.00");
    expect(submitted).not.toHaveBeenCalled();
  });

  it("presses no button, neither by its Enter nor by a space in the code", () => {
    const button = element<HTMLButtonElement>("button");
    const pressed = vi.fn();
    button.addEventListener("click", pressed);
    button.focus();
    send("AB 12", 4, "Enter", "Enter");
    vi.advanceTimersByTime(500);
    expect(heard).toEqual(["AB 12"]);
    expect(pressed).not.toHaveBeenCalled();
  });

  it("is not seen by anything else on the page", () => {
    const others = vi.fn();
    document.body.addEventListener("keydown", others);
    send(CODE, 4, "Enter");
    document.body.removeEventListener("keydown", others);
    expect(others).not.toHaveBeenCalled();
  });

  it("takes back what an input method wrote, also when it writes late", () => {
    const field = element<HTMLInputElement>("field");
    field.focus();
    field.setSelectionRange(4, 4);
    for (const key of [..."6921", "Enter"]) {
      const event = strike("Process", { code: codeOf(key), keyCode: 229 });
      // An input method writes whether or not the key was prevented.
      if (key !== "Enter") field.value += key;
      expect(event.type).toBe("keydown");
      vi.advanceTimersByTime(5);
    }
    field.value = "3.506921";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    vi.advanceTimersByTime(500);
    expect(heard).toEqual(["6921"]);
    expect(field.value).toBe("3.50");
  });

  it("that breaks off is told, and its first keys are taken out of the field", () => {
    const field = element<HTMLInputElement>("field");
    field.focus();
    send("69211", 4);
    vi.advanceTimersByTime(300);
    expect(heard).toEqual(["broken incomplete"]);
    expect(field.value).toBe("3.50");
  });

  it("after `3*` in the entry field leaves it to be read", () => {
    send("3*", 120);
    expect(element<HTMLInputElement>("entry").value).toBe("3*");
    element<HTMLInputElement>("entry").blur();
    send(CODE, 4, "Enter");
    expect(heard).toEqual([CODE]);
    expect(element<HTMLInputElement>("entry").value).toBe("3*");
  });
});

describe("a person", () => {
  it("types into a field without delay", () => {
    const field = element<HTMLInputElement>("field");
    field.focus();
    field.select();
    strike("7");
    expect(field.value).toBe("7");
    vi.advanceTimersByTime(100);
    strike("8");
    expect(field.value).toBe("78");
  });

  it("rolls two keys in a field, and both are there", () => {
    const field = element<HTMLInputElement>("field");
    field.focus();
    field.select();
    send("12", 30);
    vi.advanceTimersByTime(200);
    expect(field.value).toBe("12");
    expect(heard).toEqual([]);
  });

  it("types with nothing focused, and it goes to the entry field", () => {
    send("42", 150);
    expect(element<HTMLInputElement>("entry").value).toBe("42");
    expect(document.activeElement).toBe(element("entry"));
  });

  it("presses a key of the till's, which is then not typed", () => {
    send("/", 150);
    expect(typedKeys).toEqual(["/"]);
    expect(element<HTMLInputElement>("entry").value).toBe("");
  });

  it("presses a focused button by Enter and by Space", () => {
    const pressed = vi.fn();
    element("button").addEventListener("click", pressed);
    element("button").focus();
    strike("Enter");
    expect(pressed).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(300);
    strike(" ");
    vi.advanceTimersByTime(300);
    expect(pressed).toHaveBeenCalledTimes(2);
  });

  it("presses a scan's Enter again much later, and that counts", () => {
    send(CODE, 4, "Enter");
    vi.advanceTimersByTime(800);
    const pressed = vi.fn();
    element("button").addEventListener("click", pressed);
    element("button").focus();
    strike("Enter");
    expect(pressed).toHaveBeenCalledTimes(1);
  });
});

describe("the arrows", () => {
  it("scroll a long text that is being read, and are the till's everywhere else", () => {
    expect(strike("ArrowDown").defaultPrevented).toBe(true);
    element("text").focus();
    expect(strike("ArrowDown").defaultPrevented).toBe(false);
    expect(strike("F2").defaultPrevented).toBe(true);
    element("field").focus();
    expect(strike("ArrowDown").defaultPrevented).toBe(true);
  });
});

describe("the webview's own keys", () => {
  it.each([
    ["F5", {}],
    ["F7", {}],
    ["F12", {}],
    ["r", { ctrlKey: true }],
    ["f", { ctrlKey: true }],
    ["p", { ctrlKey: true }],
    ["+", { ctrlKey: true }],
    ["0", { ctrlKey: true }],
    ["i", { ctrlKey: true, shiftKey: true }],
    ["ArrowLeft", { altKey: true }],
    ["ContextMenu", {}],
    ["Backspace", {}],
  ])("%s %o does nothing", (key, changes) => {
    expect(strike(key, changes).defaultPrevented).toBe(true);
  });

  it.each(["a", "c", "v", "x", "z"])("Ctrl+%s stays with the text field", (key) => {
    element("field").focus();
    expect(strike(key, { ctrlKey: true }).defaultPrevented).toBe(false);
  });
});
