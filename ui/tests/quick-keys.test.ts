import { cleanup, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Notices } from "../src/cashier/notices.svelte";
import { QuickKeys } from "../src/cashier/quick-keys.svelte";
import { sampleView } from "../src/dev/scenes";
import { pretendGoodsOf, pretendKeys } from "../src/dev/search-scenes";
import { expectAccessible } from "./accessibility";
import { asked, commands, refusals } from "./backend";
import { keyAt } from "./keys";
import { begin, byId, desk, open } from "./page";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

beforeEach(() => {
  localStorage.removeItem("yima.quick-keys");
  begin();
});

afterEach(cleanup);

const keys = () => screen.getAllByTestId("quick-key");
const settle = () => new Promise((after) => setTimeout(after, 0));
const kept = () =>
  asked.filter(([name]) => name === "setQuickKeys").map(([, choices]) => choices as { barcode: string }[]);
const order = (choices: { barcode: string }[] | undefined) => choices?.map(({ barcode }) => barcode);

function press(key: string, target: Element | null = document.activeElement): void {
  target?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

async function openPanel(): Promise<void> {
  await open(sampleView());
  desk.press({ ...keyAt(0, "k"), code: "KeyK", ctrl: true });
  await waitFor(() => expect(screen.queryAllByTestId("quick-key").length).toBeGreaterThan(0));
  await settle();
}

describe("quick keys", () => {
  it("open by their key with the focus on the first, go along with the arrows, sell with one, and close", async () => {
    await openPanel();
    expect(document.activeElement).toBe(keys()[0]);
    press("ArrowRight");
    expect(document.activeElement).toBe(keys()[1]);
    press("ArrowLeft");
    desk.entryText = "3*";
    keys()[1]?.click();
    await settle();
    expect(commands()).toEqual([["scan", "F2", 3]]);
    desk.press({ ...keyAt(0, "k"), code: "KeyK", ctrl: true });
    await waitFor(() => expect(screen.queryByTestId("quick-keys")).toBeNull());
  });

  it("open and close by touch, stay as they were left, and leave the goods in view", async () => {
    await open(sampleView());
    byId("quick-toggle").click();
    await waitFor(() => expect(keys().length).toBeGreaterThan(3));
    expect(byId("quick-toggle").getAttribute("aria-pressed")).toBe("true");
    expect(screen.getAllByTestId("line-title").length).toBeGreaterThan(0);
    cleanup();
    begin();
    await open(sampleView());
    await waitFor(() => expect(screen.queryByTestId("quick-keys")).not.toBeNull());
    byId("quick-toggle").click();
    await waitFor(() => expect(screen.queryByTestId("quick-keys")).toBeNull());
  });

  it("show what the catalogue has no more, and do not sell it", async () => {
    await openPanel();
    const gone = keys().at(-1) as HTMLButtonElement;
    expect(gone.textContent).toContain("F99");
    expect(gone.disabled).toBe(true);
  });

  it("show the goods of a category, by touch and by key", async () => {
    await openPanel();
    screen.getAllByTestId("quick-tab")[0]?.click();
    await waitFor(() => expect(keys()).toHaveLength(2));
    expect(asked.at(-1)).toEqual(["goodsOf", "水果", "", 0]);
    keys()[0]?.focus();
    press("PageDown");
    await waitFor(() => expect(keys()).toHaveLength(10));
    expect(asked.at(-1)).toEqual(["goodsOf", "蔬菜", "", 0]);
    keys()[3]?.click();
    await settle();
    expect(commands()).toEqual([["scan", "F4", 1]]);
  });

  it("are arranged, painted and removed, and the order is kept", async () => {
    await openPanel();
    byId("quick-edit").click();
    await settle();
    keys()[1]?.click();
    await settle();
    expect(commands()).toEqual([]);
    byId("quick-earlier").click();
    await settle();
    expect(order(kept().at(-1))?.slice(0, 3)).toEqual(["F2", "F1", "F3"]);
    byId("quick-later").click();
    await settle();
    byId("quick-colour-5").click();
    await settle();
    expect(kept().at(-1)?.[1]).toEqual({ barcode: "F2", colour: 5, picture: null });
    byId("quick-remove").click();
    await settle();
    expect(order(kept().at(-1))?.slice(0, 2)).toEqual(["F1", "F3"]);
    desk.press(keyAt(0, "Escape"));
    await settle();
    expect(byId("quick-edit").getAttribute("aria-pressed")).toBe("false");
  });

  it("stay as they were when the till does not take a change", async () => {
    await openPanel();
    byId("quick-edit").click();
    await settle();
    keys()[1]?.click();
    await settle();
    refusals.set("setQuickKeys", { code: "busy" });
    byId("quick-remove").click();
    await settle();
    expect(keys()[1]?.dataset.barcode).toBe("F2");
    expect(desk.notices.toasts).toHaveLength(1);
  });

  it("come from a category by touch, and go", async () => {
    await openPanel();
    screen.getAllByTestId("quick-tab")[1]?.click();
    await waitFor(() => expect(keys()).toHaveLength(10));
    byId("quick-edit").click();
    await settle();
    expect(keys()[0]?.getAttribute("aria-pressed")).toBe("true");
    keys()[0]?.click();
    await settle();
    expect(order(kept().at(-1))).not.toContain("F1");
    expect(keys()[0]?.getAttribute("aria-pressed")).toBe("false");
  });

  it("come from a search by touch and by key, and the search stays", async () => {
    await open(sampleView());
    desk.entryField?.focus();
    desk.entryText = "可乐";
    await waitFor(() => expect(screen.queryAllByTestId("found-product")).toHaveLength(4));
    screen.getAllByTestId("found-pin")[1]?.click();
    await waitFor(() => expect(order(kept().at(-1))?.at(-1)).toBe("6901234000016"));
    desk.press(keyAt(0, "ArrowDown"));
    desk.press({ ...keyAt(0, "k"), code: "KeyK", ctrl: true });
    await waitFor(() => expect(order(kept().at(-1))?.at(-1)).toBe("6983748939221"));
    expect(commands().filter((command) => (command as string[])[0] === "scan")).toEqual([]);
    expect(screen.queryAllByTestId("found-product")).toHaveLength(4);
  });

  it("have no fault that assistive technology would stumble over", async () => {
    await openPanel();
    await expectAccessible();
    byId("quick-edit").click();
    await settle();
    keys()[0]?.click();
    await settle();
    await expectAccessible();
  });
});

it("what is found and not sold says so", async () => {
  await open(sampleView());
  desk.entryField?.focus();
  desk.entryText = "月饼";
  await waitFor(() => expect(screen.queryAllByTestId("found-product")).toHaveLength(1));
  expect(within(byId("found-product")).getByTestId("found-not-sold").textContent).toBe("停售");
});

it("that could not be read are not written over by the next one", async () => {
  localStorage.setItem("yima.quick-keys", "open");
  const quick = new QuickKeys(new Notices());
  refusals.set("quickKeys", { code: "not_read" });
  await quick.read();
  refusals.clear();
  await quick.turnTo("水果");
  const all = pretendKeys().map(({ barcode }) => barcode);
  await quick.toggle({ ...pretendGoodsOf("水果", "")[0]!, barcode: "9999" });
  expect(order(kept().at(-1))).toEqual([...all, "9999"]);
});
