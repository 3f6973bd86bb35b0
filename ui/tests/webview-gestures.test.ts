import { beforeAll, beforeEach, expect, it } from "vitest";
import { switchOffKeys, switchOffWebviewGestures } from "../src/shared/webview-gestures";

beforeAll(switchOffWebviewGestures);

beforeEach(() => {
  document.body.innerHTML = `<button id="outside"><b id="inner"></b></button><input id="field">
    <div role="dialog"><button id="inside"></button></div>`;
});

function isPrevented(id: string, event: Event): boolean {
  document.getElementById(id)?.dispatchEvent(event);
  return event.defaultPrevented;
}

const touch = () => new MouseEvent("mousedown", { bubbles: true, cancelable: true });

it.each([
  ["outside", true],
  ["inner", true],
  ["inside", false],
  ["field", false],
])("touching %s leaves the focus where it is: %s", (id, kept) => expect(isPrevented(id, touch())).toBe(kept));

it.each(["contextmenu", "dragstart", "dragover", "drop"])("%s does nothing", (kind) => {
  expect(isPrevented("field", new Event(kind, { bubbles: true, cancelable: true }))).toBe(true);
});

it.each([
  [true, true],
  [false, false],
])("a wheel turned with Ctrl %s zooms nothing", (ctrlKey, prevented) => {
  const wheel = new WheelEvent("wheel", { ctrlKey, bubbles: true, cancelable: true });
  expect(isPrevented("outside", wheel)).toBe(prevented);
});

it("a window that is only looked at takes no keys", () => {
  switchOffKeys();
  expect(
    isPrevented("field", new KeyboardEvent("keydown", { key: "a", bubbles: true, cancelable: true })),
  ).toBe(true);
});
