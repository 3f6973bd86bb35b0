import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import App from "../src/cashier/App.svelte";
import { Desk } from "../src/cashier/desk.svelte";
import { sampleCart, sampleView, UNKNOWN_LINE } from "../src/dev/scenes";
import { pretendSearch } from "../src/dev/search-scenes";
import { expectAccessible } from "./accessibility";
import { asked, commands, forget, refusals, till } from "./backend";
import { keyAt } from "./keys";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

let desk: Desk;

beforeEach(() => {
  forget();
  desk = new Desk();
  desk.accept({ kind: "view", view: sampleView() });
  render(App, { desk });
});

afterEach(cleanup);

async function type(text: string): Promise<void> {
  desk.entryField?.focus();
  desk.entryText = text;
  await waitFor(() => expect(desk.search.isAsking).toBe(false));
  await new Promise((after) => setTimeout(after, 0));
}

function rows(): HTMLElement[] {
  return screen.queryAllByTestId("found-product");
}

function words(): string {
  return screen.getByTestId("found-words").textContent;
}

async function settle(): Promise<void> {
  await new Promise((after) => setTimeout(after, 0));
}

describe("searching", () => {
  it("shows what is found, the best first, and Enter adds what is chosen", async () => {
    await type("kl");
    expect(rows()).toHaveLength(4);
    expect(rows()[0]?.textContent).toContain("可乐");
    desk.press(keyAt(0, "ArrowDown"));
    expect(desk.search.chosen).toBe(0);
    desk.press(keyAt(0, "ArrowDown"));
    desk.press(keyAt(0, "ArrowDown"));
    desk.press(keyAt(0, "ArrowUp"));
    desk.enter();
    await settle();
    expect(commands()).toEqual([["scan", "6901234000016", 1]]);
    expect(desk.entryText).toBe("");
    expect(rows()).toEqual([]);
  });

  it("takes none of several by itself: Enter chooses the first, and again Enter adds it", async () => {
    await type("kl");
    expect(rows().map((row) => row.getAttribute("aria-selected"))).not.toContain("true");
    desk.enter();
    await waitFor(() => expect(rows()[0]?.getAttribute("aria-selected")).toBe("true"));
    expect(screen.getByTestId("entry").getAttribute("aria-activedescendant")).toBe("found-0");
    expect(commands()).toEqual([]);
    desk.enter();
    await settle();
    expect(commands()).toEqual([["scan", "6983748939221", 1]]);
  });

  it("takes the only one there is, and weighs it where that was said", async () => {
    await type("苹果");
    expect(rows()[0]?.getAttribute("aria-selected")).toBe("true");
    await type("0.485*苹果");
    desk.enter();
    await settle();
    expect(commands()).toEqual([["enter", "0.485*2000001"]]);
  });

  it("has what is found take the place of an unknown code, once it is there", async () => {
    desk.accept({ kind: "view", view: sampleView({ cart: sampleCart([UNKNOWN_LINE]), revision: 2 }) });
    await waitFor(() => screen.getByTestId("unknown-search").click());
    expect(document.activeElement).toBe(desk.entryField);
    await waitFor(() => expect(desk.entryField?.getAttribute("aria-label")).toContain(UNKNOWN_LINE.barcode));
    refusals.set("scan", { code: "not_for_sale", title: "月饼" });
    await type("农夫");
    desk.enter();
    await settle();
    expect(commands()).toEqual([["scan", "6921168509256", 1]]);
    refusals.clear();
    screen.getByTestId("unknown-search").click();
    await type("农夫");
    desk.enter();
    await waitFor(() =>
      expect(commands().slice(1)).toEqual([
        ["scan", "6921168509256", 1],
        ["removeLine", UNKNOWN_LINE.id],
      ]),
    );
  });

  it("takes the place of nothing when it was given up", async () => {
    desk.accept({ kind: "view", view: sampleView({ cart: sampleCart([UNKNOWN_LINE]), revision: 2 }) });
    await waitFor(() => screen.getByTestId("unknown-search").click());
    desk.press(keyAt(0, "Escape"));
    await type("农夫");
    desk.enter();
    await settle();
    expect(commands()).toEqual([["scan", "6921168509256", 1]]);
  });

  it("takes as many as stand before the star", async () => {
    await type("3*百事");
    desk.enter();
    await settle();
    expect(commands()).toEqual([["scan", "6901234000023", 3]]);
  });

  it("adds what is touched, and the focus stays in the field", async () => {
    await type("可乐");
    rows()[2]?.click();
    await settle();
    expect(commands()).toEqual([["scan", "6901234000023", 1]]);
    expect(document.activeElement).toBe(desk.entryField);
  });

  it("leaves digits a barcode unless goods of the list are chosen", async () => {
    await type("6901234");
    expect(rows()).toHaveLength(3);
    desk.enter();
    await settle();
    expect(commands()).toEqual([["enter", "6901234"]]);

    await type("6901234");
    desk.press(keyAt(0, "ArrowDown"));
    desk.enter();
    await settle();
    expect(commands()[1]).toEqual(["scan", "6901234000016", 1]);
  });

  it("does not begin with one or two digits, a count or signs", async () => {
    for (const text of ["6", "69", "3*", "*3", "-"]) await type(text);
    expect(asked).toEqual([]);
    expect(screen.queryByTestId("found")).toBeNull();
  });

  it("waits with Enter for what was typed last", async () => {
    desk.entryField?.focus();
    desk.entryText = "农夫";
    await waitFor(() => expect(desk.search.text).toBe("农夫"));
    desk.enter();
    await waitFor(() => expect(commands()).toEqual([["scan", "6921168509256", 1]]));
  });

  it("says when nothing is found, when there is more, and when it cannot look", async () => {
    await type("葡萄");
    expect(words()).toContain("葡萄");
    await type("可");
    expect(words()).not.toBe("");
    refusals.set("searchGoods", { code: "not_read" });
    await type("可乐");
    expect(rows()).toEqual([]);
    expect(screen.getByTestId("found-words").classList).toContain("bad");
    refusals.clear();
    await type("可乐鸡");
    expect(rows()).toHaveLength(1);
  });

  it("ends with Esc, and a scan meanwhile lands in the cart", async () => {
    await type("可乐");
    desk.scan("6921168509256");
    await settle();
    expect(commands()).toEqual([["scan", "6921168509256", 1]]);
    expect(rows()).toHaveLength(4);
    desk.press(keyAt(0, "Escape"));
    await settle();
    expect(screen.queryByTestId("found")).toBeNull();
  });

  it("shows the newest answer, also when an older one comes after it", async () => {
    let late: (answer: unknown) => void = () => {};
    vi.spyOn(till, "searchGoods").mockReturnValueOnce(new Promise((answer) => (late = answer)));
    desk.search.look("农夫");
    desk.search.look("苹果");
    const titles = () => desk.search.products.map((product) => product.title);
    await waitFor(() => expect(titles()).toEqual(["红富士苹果"]));
    late({ status: "ok", data: pretendSearch("农夫") });
    await settle();
    expect(titles()).toEqual(["红富士苹果"]);
  });

  it("has no fault that assistive technology would stumble over", async () => {
    await type("可乐");
    await expectAccessible();
  });
});

it("goods that are not sold any more are told by their name", async () => {
  refusals.set("scan", { code: "not_for_sale", title: "月饼" });
  desk.scan("1");
  await settle();
  expect(desk.notices.toasts.map((toast) => toast.words())[0]).toContain("月饼");
});
