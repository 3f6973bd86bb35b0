import { beforeEach, describe, expect, it, vi } from "vitest";
import { Desk } from "../src/cashier/desk.svelte";
import { Outbox } from "../src/cashier/outbox";
import { PAYMENTS, payingView, sampleCart, sampleLines, sampleView, UNKNOWN_LINE } from "../src/dev/scenes";
import type { CashierView } from "../src/shared/backend";
import { commands, forget, refusals } from "./backend";
import { keyAt } from "./keys";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

let desk: Desk;

function show(view: CashierView): void {
  desk.accept({ kind: "view", view: { ...view, revision: (desk.view?.revision ?? 0) + 1 } });
}

/** Until all that was sent has been answered. */
async function settle(): Promise<void> {
  await new Promise((after) => setTimeout(after, 0));
}

function words(): string[] {
  return desk.notices.toasts.map((toast) => toast.words());
}

beforeEach(() => {
  forget();
  desk = new Desk();
  show(sampleView());
});

describe("snapshots", () => {
  it("older than the one shown are left aside", () => {
    desk.accept({ kind: "view", view: sampleView({ revision: 7 }) });
    desk.accept({ kind: "view", view: sampleView({ revision: 6, unresolved_count: 9 }) });
    expect(desk.view?.revision).toBe(7);
    expect(desk.view?.unresolved_count).toBe(0);
  });

  it("keep the lines that did not change", () => {
    const before = desk.view?.cart.lines ?? [];
    const lines = sampleLines().map((line) =>
      line.id === 3 ? { ...line, quantity: 9, amount_fen: 2700 } : line,
    );
    show(sampleView({ cart: sampleCart(lines) }));
    const after = desk.view?.cart.lines ?? [];
    expect(after.map((line, at) => line === before[at])).toEqual([true, true, false, true, true, true]);
  });

  it("show a line anew whatever of it changed", () => {
    const lines = sampleLines().map((line) => (line.id === 3 ? { ...line, note: "少冰" } : line));
    show(sampleView({ cart: sampleCart(lines) }));
    expect(desk.view?.cart.lines[2]?.note).toBe("少冰");
  });

  it("that bring only what changed are put together with what is shown", () => {
    const before = desk.view?.cart.lines ?? [];
    const changed = [
      { ...sampleLines()[2]!, quantity: 9, amount_fen: 2700 },
      { ...UNKNOWN_LINE, id: 7 },
    ];
    const view = { ...sampleView({ revision: 2 }), cart: { ...sampleCart([]), touched_line: 7, touches: 7 } };
    desk.accept({ kind: "changes", view, changed, removed: [5] });
    const after = desk.view?.cart.lines ?? [];
    expect(after.map((line) => line.id)).toEqual([1, 2, 3, 4, 6, 7]);
    expect(after[0]).toBe(before[0]);
    expect(after[2]?.quantity).toBe(9);
    expect(desk.selectedId).toBe(7);
  });

  it("choose the line touched last, and leave a chosen one alone otherwise", () => {
    expect(desk.selectedId).toBe(6);
    desk.move(-2);
    show({ ...sampleView(), unresolved_count: 1 });
    expect(desk.selectedId).toBe(4);
    show(sampleView({ cart: { ...sampleCart(sampleLines()), touched_line: 2, touches: 99 } }));
    expect(desk.selectedId).toBe(2);
  });

  it("give each notice once", () => {
    const notice = {
      id: 5,
      notice: { code: "paid_later", real_fen: 4343, receipt_number: "01-1-0001" },
    } as const;
    show(sampleView({ notice }));
    show(sampleView({ notice }));
    expect(words()).toHaveLength(1);
    expect(words()[0]).toContain("¥43.43");
  });
});

describe("scans", () => {
  it("go to the till one after the other, in order, and charge waits for them", async () => {
    desk.scan("1");
    desk.scan("2");
    desk.charge();
    desk.scan("3");
    await settle();
    expect(commands()).toEqual([["scan", "1", 1], ["scan", "2", 1], ["charge"], ["scan", "3", 1]]);
  });

  it("after `3*` are three, once", async () => {
    desk.entryText = "3*";
    desk.scan("6921168509256");
    desk.scan("6921168509256");
    await settle();
    expect(commands()).toEqual([
      ["scan", "6921168509256", 3],
      ["scan", "6921168509256", 1],
    ]);
    expect(desk.entryText).toBe("");
  });

  it("are not undone by one more of the same that was pressed meanwhile", async () => {
    const line = sampleLines()[2]!;
    desk.scan(line.barcode);
    desk.stepQuantity(line, 1);
    const scanned = { ...line, quantity: line.quantity + 1 };
    show(sampleView({ cart: sampleCart(sampleLines().map((one) => (one.id === line.id ? scanned : one))) }));
    await settle();
    expect(commands().at(-1)).toEqual(["setQuantity", line.id, line.quantity + 2]);
  });

  it("that are refused say why", async () => {
    refusals.set("scan", { code: "cart_full", max_lines: 500 });
    desk.scan("1");
    await settle();
    expect(words()[0]).toContain("500");
  });

  it("that broke are told", () => {
    desk.scanBroke("too_long");
    expect(words()).toHaveLength(1);
  });

  it("beyond what can wait are told, not lost in silence", async () => {
    for (let count = 0; count < 300; count += 1) desk.scan(String(count));
    await settle();
    expect(words()).toHaveLength(1);
    const sent = (commands() as [string][]).map(([name]) => name);
    expect(sent.filter((name) => name === "scan")).toHaveLength(256);
    expect(sent.filter((name) => name === "scanBroke")).toHaveLength(44);
  });
});

describe("typing", () => {
  it("is sent by Enter, and comes back to be mended when it is refused", async () => {
    refusals.set("enter", { code: "quantity_out_of_range" });
    desk.entryText = " *0 ";
    desk.enter();
    await settle();
    expect(commands()).toEqual([["enter", "*0"]]);
    expect(desk.entryText).toBe("*0");
    expect(words()).toHaveLength(1);
  });
});

describe("charging", () => {
  it("that was refused says why, in words that never come to mean another thing, until it is possible", () => {
    const unpriced = sampleCart([...sampleLines(), UNKNOWN_LINE]);
    show(sampleView({ cart: unpriced }));
    desk.charge();
    const why = words();
    expect(why).toHaveLength(1);
    show(sampleView({ cart: { ...unpriced, locked: true, unknown_count: 0 } }));
    expect(words()).toEqual(why);
    show(sampleView());
    expect(words()).toEqual([]);
  });

  it("pressed twenty times is asked for once", async () => {
    for (let count = 0; count < 20; count += 1) desk.charge();
    await settle();
    expect(commands()).toEqual([["charge"]]);
  });

  it.each([
    ["an empty cart", sampleCart([])],
    ["goods without a price", sampleCart([...sampleLines(), UNKNOWN_LINE])],
    ["a total of nothing", { ...sampleCart(sampleLines()), can_charge: false }],
  ])("%s is refused with the reason", async (_, cart) => {
    show(sampleView({ cart }));
    desk.charge();
    await settle();
    expect(commands()).toEqual([]);
    expect(words()).toHaveLength(1);
  });

  it("is possible again after a refusal", async () => {
    refusals.set("charge", { code: "secret_unavailable" });
    desk.charge();
    await settle();
    expect(words()).toHaveLength(1);
    desk.charge();
    await settle();
    expect(commands()).toEqual([["charge"], ["charge"]]);
  });
});

describe("Escape goes back one step", () => {
  it("asks before a payment is cancelled", async () => {
    show(payingView(PAYMENTS.awaiting!));
    desk.press(keyAt(0, "Escape"));
    expect(desk.dialog?.kind).toBe("confirm_cancel");
    desk.press(keyAt(0, "Escape"));
    expect(desk.dialog).toBe(null);
    await settle();
    expect(commands()).toEqual([]);
  });

  it("puts away what is over", async () => {
    show(payingView(PAYMENTS.paid!));
    desk.press(keyAt(0, "Escape"));
    await settle();
    expect(commands()).toEqual([["dismiss"]]);
  });

  it("empties the entry field before anything else", () => {
    show(payingView(PAYMENTS.awaiting!));
    desk.entryText = "69";
    desk.press(keyAt(0, "Escape"));
    expect(desk.entryText).toBe("");
    expect(desk.dialog).toBe(null);
  });

  it("closes the question when the payment is no longer there to cancel", () => {
    show(payingView(PAYMENTS.awaiting!));
    desk.press(keyAt(0, "Escape"));
    show(payingView(PAYMENTS.paid!));
    expect(desk.dialog).toBe(null);
  });
});

describe("a locked cart", () => {
  it.each(["remove", "quantity", "price"] as const)("refuses %s in words", async (action) => {
    show(payingView(PAYMENTS.awaiting!));
    desk.act(action);
    await settle();
    expect(commands()).toEqual([]);
    expect(desk.dialog).toBe(null);
    expect(words()).toHaveLength(1);
  });
});

describe("the outbox", () => {
  it("goes on after a command that broke", async () => {
    const outbox = new Outbox();
    const problems: string[] = [];
    const done = vi.fn();
    outbox.send(
      () => Promise.reject(new Error("gone")),
      (problem) => problems.push(problem.code),
    );
    outbox.send(
      () => Promise.resolve({ status: "ok", data: null }),
      () => problems.push("never"),
      done,
    );
    await settle();
    expect(problems).toEqual(["no_answer"]);
    expect(done).toHaveBeenCalledOnce();
  });
});
