import { cleanup, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ScanListener } from "../src/cashier/scan-listener";
import { sampleView } from "../src/dev/scenes";
import { expectAccessible } from "./accessibility";
import { asked, commands, refusals } from "./backend";
import { codeOf, keyAt } from "./keys";
import { begin, byId, desk, open } from "./page";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

let stop: () => void;

beforeEach(() => {
  localStorage.removeItem("yima.quick-keys");
  begin();
  // As the page has it.
  stop = new ScanListener({
    scan: (code) => desk.scan(code),
    broken: (why) => desk.scanBroke(why),
    typed: (key) => desk.press(key),
    pressed: (key) => desk.press(key),
    entry: () => desk.quick.typingField() ?? desk.entryField,
  }).start();
});

afterEach(() => {
  stop();
  cleanup();
});

const keys = () => screen.queryAllByTestId("quick-key");
const settle = (ms = 0) => new Promise((after) => setTimeout(after, ms));
const filter = () => byId("quick-filter") as HTMLInputElement;
const pictureOf = (barcode: string) =>
  document.querySelector(`[data-barcode="${barcode}"] img`)?.getAttribute("src") ?? null;
const nameOf = (address: string | null) =>
  desk.quick.pictures.all.find((one) => one.address === address)?.name;
const lastKept = () =>
  asked.filter(([name]) => name === "setQuickKeys").at(-1)?.[1] as {
    barcode: string;
    picture: string | null;
  }[];
const filters = () => asked.filter(([name]) => name === "goodsOf").map(([, , text]) => text);

/** A key as a browser acts on it: its letter goes into a focused field. */
function strike(key: string): void {
  const target = document.activeElement ?? document.body;
  const event = new KeyboardEvent("keydown", { key, code: codeOf(key), bubbles: true, cancelable: true });
  Object.defineProperty(event, "timeStamp", { value: performance.now() });
  if (!target.dispatchEvent(event) || !(target instanceof HTMLInputElement) || key.length > 1) return;
  target.setRangeText(key, target.selectionStart ?? 0, target.selectionEnd ?? 0, "end");
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

async function openCategory(at = 1): Promise<void> {
  await open(sampleView());
  desk.press({ ...keyAt(0, "k"), code: "KeyK", ctrl: true });
  await waitFor(() => expect(keys().length).toBeGreaterThan(0));
  screen.getAllByTestId("quick-tab")[at]?.click();
  await waitFor(() => expect(keys()).toHaveLength(10));
}

async function editFirst(): Promise<void> {
  await open(sampleView());
  desk.press({ ...keyAt(0, "k"), code: "KeyK", ctrl: true });
  await waitFor(() => expect(keys().length).toBeGreaterThan(0));
  byId("quick-edit").click();
  await settle();
  keys()[0]?.click();
  await settle();
}

describe("pictures of goods", () => {
  it("are those that were chosen, else those called by the barcode, and the same in a category", async () => {
    await openCategory();
    expect(nameOf(pictureOf("F1"))).toBe("红.svg");
    expect(nameOf(pictureOf("F2"))).toBe("F2.svg");
    expect(pictureOf("F3")).toBeNull();
    expect(screen.getAllByTestId("quick-tab")[1]?.querySelector("img")).not.toBeNull();
    expect(screen.getAllByTestId("quick-tab")[0]?.querySelector("img")).toBeNull();
    byId("quick-tab-keys").click();
    await settle();
    expect(nameOf(pictureOf("F1"))).toBe("红.svg");
    expect(nameOf(pictureOf("F2"))).toBe("F2.svg");
  });

  it("are chosen for a key by touch, and taken away", async () => {
    await editFirst();
    byId("quick-picture").click();
    await settle();
    expect(keys()).toHaveLength(0);
    const choices = screen.getAllByTestId("quick-choice");
    expect(choices[0]?.getAttribute("aria-pressed")).toBe("true");
    await expectAccessible();
    choices[1]?.click();
    await settle();
    expect(lastKept()[0]).toEqual({ barcode: "F1", colour: 0, picture: "绿.svg" });
    expect(nameOf(pictureOf("F1"))).toBe("绿.svg");
    byId("quick-picture").click();
    await settle();
    byId("quick-no-picture").click();
    await settle();
    expect(lastKept()[0]?.picture).toBeNull();
    expect(pictureOf("F1")).toBeNull();
  });

  it("are left by Esc, and are as they were where the till refuses", async () => {
    await editFirst();
    byId("quick-picture").click();
    await settle();
    expect(desk.press(keyAt(0, "Escape"))).toBe(true);
    await settle();
    expect(keys().length).toBeGreaterThan(0);
    refusals.set("setQuickKeys", { code: "busy" });
    byId("quick-picture").click();
    await settle();
    screen.getAllByTestId("quick-choice")[1]?.click();
    await settle();
    expect(nameOf(pictureOf("F1"))).toBe("红.svg");
  });
});

describe("the filter of a category", () => {
  it("takes what is typed on the keys, shows what fits, and is left by Esc", async () => {
    await openCategory();
    keys()[0]?.focus();
    for (const letter of ["苹", "果"]) {
      filter().focus();
      strike(letter);
    }
    await waitFor(() => expect(filters().at(-1)).toBe("苹果"));
    await waitFor(() => expect(keys().length).toBe(1));
    expect(desk.press(keyAt(0, "Escape"))).toBe(true);
    await waitFor(() => expect(keys()).toHaveLength(10));
    expect(filter().value).toBe("");
  });

  it("hears letters that are typed while a key of its category has the focus, and the entry field does not", async () => {
    await openCategory();
    keys()[0]?.focus();
    strike("p");
    // A busy machine is given more time to say that no scan follows.
    await waitFor(() => expect(document.activeElement).toBe(filter()));
    await waitFor(() => expect(filters().at(-1)).toBe("p"));
    expect(desk.entryText).toBe("");
  });

  it("hears nothing of a scanner, and is as it was", async () => {
    await openCategory();
    filter().focus();
    strike("苹");
    await settle(150);
    for (const digit of "6921168509256") strike(digit);
    strike("Enter");
    await settle(150);
    expect(filter().value).toBe("苹");
    expect(filters().at(-1)).toBe("苹");
    expect(commands()).toEqual([["scan", "6921168509256", 1]]);
    keys()[0]?.focus();
    for (const digit of "6921168509256") strike(digit);
    strike("Enter");
    await settle(150);
    expect(filter().value).toBe("苹");
    expect(commands()).toHaveLength(2);
  });

  it("is written by touch, letter by letter", async () => {
    await openCategory();
    byId("quick-letters").click();
    await settle();
    byId("quick-letter-P").click();
    byId("quick-letter-G").click();
    await waitFor(() => expect(filters().at(-1)).toBe("pg"));
    await waitFor(() => expect(byId("quick-words").textContent).toContain("pg"));
    await expectAccessible();
    byId("quick-letter-back").click();
    await waitFor(() => expect(filters().at(-1)).toBe("p"));
    byId("quick-letters").click();
    await settle();
    expect(screen.queryAllByTestId("quick-tab").length).toBeGreaterThan(0);
  });

  it("takes the only goods that fit by Enter, and goes down to several", async () => {
    await openCategory();
    filter().focus();
    strike("Enter");
    await settle(150);
    expect(document.activeElement).toBe(keys()[0]);
    filter().focus();
    await desk.quick.filterBy("苹果");
    await waitFor(() => expect(keys()).toHaveLength(1));
    const barcode = keys()[0]?.dataset.barcode;
    filter().dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    await settle();
    expect(commands()).toEqual([["scan", barcode, 1]]);
  });
});
