import { fireEvent, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { AWAY, PAYMENTS, payingView, RECEIPTS, sampleCart, sampleLines, sampleView } from "../src/dev/scenes";
import type { CashierView, Language } from "../src/shared/backend";
import { expectAccessible } from "./accessibility";
import { commands, refusals } from "./backend";
import { begin, byId, desk, open } from "./page";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

// What is left of sales that are over: news, refunds that are due, orders that never arrived, and quitting.

beforeEach(begin);

const openWith = (changes: Partial<CashierView>, language?: Language) => open(sampleView(changes), language);

describe.each(["zh-CN", "en"] as const)("in %s", (language) => {
  it("bands and badges are accessible beside the goods", async () => {
    const stuck = { order_id: PAYMENTS.paid!.order_id, problem: "disk_full" } as const;
    const cart = { ...sampleCart(sampleLines()), rung_up_before: "47c2e6a0" };
    await openWith({ away: AWAY, stuck, refunds_due_count: 2, cart }, language);
    expect(screen.getAllByTestId("away-news")).toHaveLength(3);
    expect(byId("stuck").textContent).toContain(stuck.order_id);
    expect(byId("rung-up-before").textContent).toContain("47c2e6a0");
    expect(byId("cart-total").textContent).not.toBe("");
    await expectAccessible();
  });

  it("an order that cannot be read is told, the one that is owed before others", async () => {
    const unreadable = [
      { order_id: "a1", total_fen: 200, due_fen: null },
      { order_id: "a2", total_fen: 300, due_fen: 150 },
    ];
    await openWith({ unreadable }, language);
    expect(byId("unreadable").textContent).toMatch(/¥1\.50.*a2|a2.*¥1\.50/);
    expect(byId("unreadable").textContent).toContain("1");
    await expectAccessible();
  });

  it("data found damaged are told, and why nothing can be charged", async () => {
    const cart = { ...sampleCart(sampleLines()), can_charge: false };
    await openWith({ is_damaged: true, cart }, language);
    expect(byId("damage-band").textContent).toContain(byId("charge-reason").textContent);
    expect((byId("charge") as HTMLButtonElement).disabled).toBe(true);
    await expectAccessible();
  });
});

describe("the news of the time away", () => {
  it("tells the amount and the receipt, and a scan passes it by", async () => {
    await openWith({ away: AWAY.slice(0, 1) });
    expect(byId("away").textContent).toContain("上一单 ¥43.43 已支付，小票已补记");
    desk.scan("6921168509256");
    await vi.waitFor(() => expect(commands()).toEqual([["scan", "6921168509256", 1]]));
    expect(byId("away")).toBeTruthy();
  });

  it("goes by a touch or Esc, after what is typed and before a payment is cancelled", async () => {
    await openWith({ ...payingView(PAYMENTS.awaiting!), away: AWAY });
    desk.entryText = "3*";
    desk.back();
    expect([desk.entryText, commands()]).toEqual(["", []]);
    desk.back();
    expect(desk.dialog).toBe(null);
    await vi.waitFor(() => expect(commands()).toEqual([["dismissNews"]]));
    await fireEvent.click(byId("away-close"));
    await vi.waitFor(() => expect(commands()).toHaveLength(2));
  });
});

describe("a refund that is due", () => {
  it("is on the footer and on the receipt, and is settled with a word", async () => {
    await openWith({ refunds_due_count: 1 });
    await fireEvent.click(byId("refunds-due"));
    const at = RECEIPTS.findIndex((row) => row.refund_due);
    const rows = await screen.findAllByTestId("receipt-row");
    await fireEvent.click(rows[at]!);
    expect((await screen.findByTestId("receipt-refund-due")).textContent).toContain("¥7.80");
    await fireEvent.click(byId("receipt-settle-refund"));
    refusals.set("settleRefund", { code: "word_missing" });
    await fireEvent.click(byId("dialog-ok"));
    expect((await screen.findByTestId("word-by-input-problem")).textContent).not.toBe("");
    refusals.clear();
    await fireEvent.input(byId("word-by-input"), { target: { value: "王店长" } });
    await fireEvent.input(byId("word-why-input"), { target: { value: "商户平台退了" } });
    await fireEvent.click(byId("dialog-ok"));
    const settled = ["settleRefund", RECEIPTS[at]!.order_id, "王店长", "商户平台退了"];
    await vi.waitFor(() => expect(commands().at(-1)).toEqual(settled));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBe(null));
  });
});

describe("an order that never arrived", () => {
  it("is written off only after who and why were asked", async () => {
    await openWith(payingView(PAYMENTS.unresolved_unknown!));
    await fireEvent.click(byId("write-off"));
    expect(commands()).toEqual([]);
    await fireEvent.input(byId("word-by-input"), { target: { value: "王店长" } });
    await fireEvent.input(byId("word-why-input"), { target: { value: "断网" } });
    await fireEvent.click(byId("dialog-ok"));
    const written = ["writeOff", PAYMENTS.unresolved_unknown!.order_id, "王店长", "断网"];
    await vi.waitFor(() => expect(commands()).toEqual([written]));
  });

  it("is no offer for any other outcome", async () => {
    await openWith(payingView(PAYMENTS.unresolved!));
    expect(screen.queryByTestId("write-off")).toBe(null);
  });
});

describe("quitting", () => {
  it("over an open payment is asked about, with the safe answer first", async () => {
    await openWith(payingView(PAYMENTS.awaiting!));
    desk.accept({ kind: "quit_asked" });
    await tick();
    expect(document.activeElement).toBe(byId("confirm-no"));
    await fireEvent.click(byId("confirm-no"));
    expect(commands()).toEqual([]);
    desk.accept({ kind: "quit_asked" });
    await tick();
    await fireEvent.click(byId("confirm-yes"));
    await vi.waitFor(() => expect(commands()).toEqual([["quit"]]));
  });
});
