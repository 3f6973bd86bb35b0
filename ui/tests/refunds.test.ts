import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import OutcomeMark from "../src/cashier/OutcomeMark.svelte";
import { AWAY, PAYMENTS, payingView, RECEIPTS, sampleView } from "../src/dev/scenes";
import type { CashierView, Language } from "../src/shared/backend";
import { fenOf } from "../src/shared/money";
import { expectAccessible } from "./accessibility";
import { asked, commands, refusals } from "./backend";
import { begin, byId, desk, open } from "./page";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

beforeEach(begin);

const openWith = (changes: Partial<CashierView>, language?: Language) => open(sampleView(changes), language);

const rowOf = (outcome: string) => RECEIPTS.find((row) => row.outcome === outcome && !row.refund_due)!;
const type = (id: string, value: string) => fireEvent.input(byId(id), { target: { value } });

async function openReceipt(outcome: string): Promise<string> {
  const { order_id } = rowOf(outcome);
  desk.openReceipt(order_id);
  await screen.findByTestId("receipt-detail");
  return order_id;
}

describe("an amount", () => {
  it("is read by its digits, or not at all", () => {
    expect(["3.5", "12", "0.07", "43.43", "9999999.99"].map(fenOf)).toEqual([350, 1200, 7, 4343, 999999999]);
    for (const text of [
      "",
      "3.",
      ".5",
      "-1",
      "1e3",
      "1,00",
      "３",
      "1.005",
      "0x10",
      " 1",
      "10000000",
      "99999999.99",
    ])
      expect(fenOf(text), text).toBe(null);
  });
});

describe.each(["zh-CN", "en"] as const)("in %s", (language) => {
  it("refunds of every kind, and the dialogs, are accessible", async () => {
    await openWith({}, language);
    await openReceipt("refunding");
    await expectAccessible();
    await fireEvent.click(byId("receipt-drop-refund"));
    expect(byId("drop-refund-dialog").textContent).not.toContain("undefined");
    await expectAccessible();
    desk.close();
    await openReceipt("paid");
    await fireEvent.click(await screen.findByTestId("receipt-refund-open"));
    await expectAccessible();
  });
});

describe("the refund dialog", () => {
  it("begins with all that is left, and sends what was typed once, however often it is pressed", async () => {
    await open();
    const orderId = await openReceipt("partly_refunded");
    await fireEvent.click(byId("receipt-refund-open"));
    expect((byId("refund-amount-input") as HTMLInputElement).value).toBe("18.50");
    expect(document.activeElement).toBe(byId("refund-amount-input"));
    await type("refund-amount-input", " 3.5 ");
    await type("word-by-input", "王店长");
    await type("word-why-input", "坏了");
    expect(byId("dialog-ok").textContent).toContain("¥3.50");
    const form = byId("refund-dialog").querySelector("form")!;
    void fireEvent.submit(form);
    void fireEvent.submit(form);
    await fireEvent.click(byId("dialog-ok"));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBe(null));
    expect(commands()).toEqual([["refund", orderId, "3.5", 1850, "王店长", "坏了"]]);
  });

  it("sends nothing above what is left, and nothing that is no amount", async () => {
    await open();
    await openReceipt("paid");
    await fireEvent.click(byId("receipt-refund-open"));
    for (const text of ["43.44", "0", "0.00", "1.005", "1e3", "-1", ""]) {
      await type("refund-amount-input", text);
      await fireEvent.click(byId("dialog-ok"));
      expect(byId("refund-amount-input-problem").textContent, text).not.toBe("");
    }
    expect(commands()).toEqual([]);
  });

  it("says why it was refused, and can be sent again", async () => {
    await open();
    await openReceipt("paid");
    await fireEvent.click(byId("receipt-refund-open"));
    refusals.set("refund", { code: "word_missing" });
    await fireEvent.click(byId("dialog-ok"));
    expect((await screen.findByTestId("word-by-input-problem")).textContent).not.toBe("");
    refusals.clear();
    await fireEvent.click(byId("dialog-ok"));
    await vi.waitFor(() => expect(commands()).toHaveLength(2));
  });
});

describe("a refund without an answer", () => {
  it("is not sent again: it may have been begun", async () => {
    await open();
    await openReceipt("paid");
    await fireEvent.click(byId("receipt-refund-open"));
    refusals.set("refund", { code: "no_answer" });
    await fireEvent.click(byId("dialog-ok"));
    expect((await screen.findByTestId("word-by-input-problem")).textContent).not.toBe("");
    refusals.clear();
    await fireEvent.click(byId("dialog-ok"));
    await tick();
    expect(commands()).toHaveLength(1);
  });
});

describe("a receipt", () => {
  it("tells how every refund stands, with its amount and reason", async () => {
    await open();
    await openReceipt("refunding");
    const told = screen.getAllByTestId("receipt-refund").map((each) => each.textContent ?? "");
    expect(told).toHaveLength(4);
    for (const [at, parts] of [
      ["已退", "¥5.00"],
      ["没有退", "¥2.00", "超过"],
      ["没有确认", "可能已经退了"],
      ["还没有退", "¥10.00", "商户余额不足", "可能已经退了"],
    ].entries())
      for (const part of parts) expect(told[at]).toContain(part);
    expect(screen.queryByTestId("receipt-refund-open")).toBe(null);
    const marks = screen.getAllByTestId("outcome").filter((mark) => mark.dataset.outcome === "refunding");
    expect(marks.map((mark) => mark.textContent)).toEqual(["退款待处理", "退款待处理"]);
  });

  it("of a refund that is under way waits for nobody", () => {
    render(OutcomeMark, { props: { outcome: "refunding" } });
    expect(byId("outcome").textContent).toBe("退款中");
  });

  it("has a refused refund tried again, or dropped with a word", async () => {
    await open();
    const orderId = await openReceipt("refunding");
    await fireEvent.click(byId("receipt-refund-again"));
    await vi.waitFor(() => expect(commands()).toEqual([["askNow", orderId]]));
    await fireEvent.click(byId("receipt-drop-refund"));
    expect(byId("drop-refund-dialog").textContent).toContain("可能已经退了");
    await type("word-by-input", "王店长");
    await type("word-why-input", "改付现金");
    await fireEvent.click(byId("dialog-ok"));
    await vi.waitFor(() => expect(commands().at(-1)).toEqual(["dropRefund", orderId, "王店长", "改付现金"]));
  });

  it("is read again when a sale has changed", async () => {
    await open();
    const orderId = await openReceipt("paid");
    const reads = () => asked.filter(([name, id]) => name === "receipt" && id === orderId).length;
    const before = reads();
    desk.accept({ kind: "view", view: sampleView({ revision: 2 }) });
    await tick();
    expect(reads()).toBe(before);
    desk.accept({ kind: "view", view: sampleView({ revision: 3, changes: 1 }) });
    await vi.waitFor(() => expect(reads()).toBe(before + 1));
  });
});

describe("a refund that is due", () => {
  const due = RECEIPTS.find((row) => row.refund_due)!;

  it("is one touch away: from the footer, the panel and the news", async () => {
    const view = { order_id: due.order_id, order_tail: "47c2 e6a8", due_fen: 780, pay_time: null };
    const news = [{ ...AWAY[0]!, order_id: due.order_id }];
    const payment = { ...PAYMENTS.paid!, order_id: due.order_id, refund_due_fen: 780 };
    await openWith({ ...payingView(payment), refunds_due_count: 1, refunds_due: [view], away: news });
    for (const id of ["refunds-due", "open-refund-due", "away-open"]) {
      desk.page = "goods";
      await tick();
      await fireEvent.click(byId(id));
      expect((await screen.findByTestId("receipt-detail")).dataset.orderId, id).toBe(due.order_id);
    }
    await fireEvent.click(byId("receipt-refund-open"));
    expect((byId("refund-amount-input") as HTMLInputElement).value).toBe("7.80");
  });
});
