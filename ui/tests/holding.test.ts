import { cleanup, fireEvent, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HELD_CARTS } from "../src/dev/held-scenes";
import { payingView, PAYMENTS, sampleCart, sampleView } from "../src/dev/scenes";
import { expectAccessible } from "./accessibility";
import { asked, commands, refusals } from "./backend";
import { keyAt } from "./keys";
import { begin, byId, desk, open, show } from "./page";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

beforeEach(begin);
afterEach(cleanup);

const held = { pieces: 3, unknown_count: 0, total_fen: 1200, last: "可口可乐 300ml" };
const WAITING = sampleView({ held_count: HELD_CARTS.length, held });

function rows(): HTMLElement[] {
  return screen.queryAllByTestId("held-row");
}

function words(): string[] {
  return desk.notices.toasts.map((toast) => toast.words());
}

async function openList(): Promise<void> {
  await open(WAITING);
  desk.press(keyAt(0, "F6"));
  await vi.waitFor(() => expect(document.activeElement).toBe(rows()[0]));
}

describe("F5 holds the goods at hand", () => {
  it.each([
    ["under a name", " 李姐 ", "李姐"],
    ["under a number when none is given", "", null],
  ])("%s, by keys alone", async (_, typed, name) => {
    await open(sampleView());
    desk.press(keyAt(0, "F5"));
    await tick();
    expect(document.activeElement).toBe(byId("hold-name-input"));
    await fireEvent.input(byId("hold-name-input"), { target: { value: typed } });
    await fireEvent.submit(byId("hold-name-input"));
    await vi.waitFor(() => expect(commands()).toEqual([["holdCart", name]]));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBe(null));
  });

  it("by touch, from the bar below the goods", async () => {
    await open(sampleView());
    await fireEvent.click(byId("act-hold"));
    await fireEvent.click(byId("dialog-ok"));
    await vi.waitFor(() => expect(commands()).toEqual([["holdCart", null]]));
  });

  it("and says why not: nothing there, being paid, too many", async () => {
    await open(sampleView({ cart: sampleCart([]) }));
    desk.press(keyAt(0, "F5"));
    expect(words()).toHaveLength(1);
    show(payingView(PAYMENTS.awaiting!));
    desk.act("hold");
    expect(words()).toHaveLength(2);
    expect(desk.dialog).toBe(null);

    show(sampleView());
    refusals.set("holdCart", { code: "too_many_held", max: 200 });
    desk.press(keyAt(0, "F5"));
    await tick();
    await fireEvent.click(byId("dialog-ok"));
    await vi.waitFor(() => expect(byId("hold-name-input-problem").textContent).toContain("200"));
  });

  it("takes a scan meanwhile into the cart and not into the name", async () => {
    await open(sampleView());
    desk.press(keyAt(0, "F5"));
    await tick();
    desk.scan("6921168509256");
    await vi.waitFor(() => expect(commands()).toEqual([["scan", "6921168509256", 1]]));
    expect(byId("hold-name-input")).toHaveProperty("value", "");
  });
});

describe("F6 shows what is held", () => {
  it("with name, pieces, sum, the newest goods and since when", async () => {
    await openList();
    expect(rows()).toHaveLength(HELD_CARTS.length);
    const texts = rows().map((row) => row.textContent);
    expect(texts[2]).toMatch(/穿红衣服的李姐.*¥1,284\.60.*21.*1.*可口可乐 300ml.*14:02/s);
    expect(texts[3]).toContain("2026-11-21 14:02");
    expect(texts[0]).not.toBe(texts[1]);
    await expectAccessible();
  });

  it("and brings up what is chosen with the arrows and Enter", async () => {
    await openList();
    await fireEvent.keyDown(rows()[0]!, { key: "ArrowDown" });
    await fireEvent.keyDown(rows()[1]!, { key: "ArrowDown" });
    await fireEvent.keyDown(rows()[2]!, { key: "ArrowUp" });
    expect(document.activeElement).toBe(rows()[1]);
    await fireEvent.click(rows()[1]!);
    await vi.waitFor(() => expect(commands()).toEqual([["resumeCart", HELD_CARTS[1]!.id]]));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBe(null));
  });

  it("opens by touch, and a refusal leaves it open with the reason", async () => {
    await open(WAITING);
    await fireEvent.click(byId("resume-cart"));
    await vi.waitFor(() => expect(rows()).not.toEqual([]));
    refusals.set("resumeCart", { code: "not_found" });
    await fireEvent.click(rows()[0]!);
    await vi.waitFor(() => expect(byId("held-problem").textContent).not.toBe(""));
    expect(byId("held-dialog")).not.toBe(null);
  });

  it("asks before one is given up, keeps it on no, and shows the rest after yes", async () => {
    await openList();
    await fireEvent.keyDown(rows()[2]!, { key: "Delete" });
    await tick();
    expect(byId("confirm").textContent).toMatch(/穿红衣服的李姐.*¥1,284\.60/s);
    expect(document.activeElement).toBe(byId("confirm-no"));
    await fireEvent.click(byId("confirm-no"));
    expect(commands()).toEqual([]);

    await vi.waitFor(() => expect(rows()).not.toEqual([]));
    await fireEvent.click(screen.getAllByTestId("held-drop")[2]!);
    await fireEvent.click(byId("confirm-yes"));
    await vi.waitFor(() => expect(commands()).toEqual([["dropHeldCart", HELD_CARTS[2]!.id]]));
    expect(byId("held-dialog")).not.toBe(null);
    const reads = asked.filter(([name]) => name === "heldCarts").length;
    show({ ...WAITING, held_count: WAITING.held_count - 1, revision: 9 });
    await vi.waitFor(() =>
      expect(asked.filter(([name]) => name === "heldCarts").length).toBeGreaterThan(reads),
    );
  });

  it("says when none is held, and when they cannot be read", async () => {
    await open(sampleView());
    desk.press(keyAt(0, "F6"));
    expect(words()).toHaveLength(1);
    expect(desk.dialog).toBe(null);
    refusals.set("heldCarts", { code: "not_read" });
    show(WAITING);
    desk.press(keyAt(0, "F6"));
    await vi.waitFor(() => expect(byId("held-unread").textContent).not.toBe(""));
  });
});
