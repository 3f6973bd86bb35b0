import { cleanup, fireEvent, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { percentText, permilleOf, receiptLineWords } from "../src/cashier/pricing";
import { kilos } from "../src/shared/weight";
import { discountedCart } from "../src/dev/goods-scenes";
import { payingView, PAYMENTS, sampleCart, sampleLines, sampleView, UNKNOWN_LINE } from "../src/dev/scenes";
import { expectAccessible } from "./accessibility";
import { commands, refusals } from "./backend";
import { keyAt } from "./keys";
import { begin, byId, desk, open, show } from "./page";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

beforeEach(begin);
afterEach(cleanup);

const LAST = sampleLines().at(-1)!;
const DISCOUNTED = sampleView({ cart: discountedCart() });

async function type(id: string, text: string): Promise<void> {
  await fireEvent.input(byId(id), { target: { value: text } });
}

async function press(key: string, more = {}): Promise<void> {
  desk.press({ ...keyAt(0, key), ...more });
  await tick();
}

function texts(id: string): string[] {
  return screen.queryAllByTestId(id).map((element) => element.textContent!.trim());
}

describe("F4 takes something off", () => {
  it("the line, in per cent, by keys alone", async () => {
    await open(sampleView());
    await press("F4");
    expect(document.activeElement).toBe(byId("discount-input"));
    await type("discount-input", "12.5");
    await fireEvent.submit(byId("discount-input"));
    const discount = { kind: "percent", permille: 125 };
    await vi.waitFor(() => expect(commands()).toEqual([["discountLine", LAST.id, discount]]));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBe(null));
  });

  it("the order, as an amount, by touch", async () => {
    await open(sampleView());
    await fireEvent.click(byId("act-discount"));
    await fireEvent.click(byId("discount-of-order"));
    await fireEvent.click(byId("discount-kind-amount"));
    await type("discount-input", "3.5");
    await fireEvent.click(byId("dialog-ok"));
    await vi.waitFor(() => expect(commands()).toEqual([["discountOrder", { kind: "amount", fen: 350 }]]));
  });

  it("shows what is taken off now, and takes it back", async () => {
    await open(DISCOUNTED);
    await fireEvent.click(byId("order-discount"));
    expect(byId("discount-input")).toHaveProperty("value", "5");
    expect(screen.queryByTestId("discount-of-line")).toBe(null);
    await fireEvent.click(byId("discount-none"));
    await vi.waitFor(() => expect(commands()).toEqual([["discountOrder", null]]));
  });

  it.each(["", "0", "100.1", "1,5", "-3", "１０", "1e1"])("refuses %j as a percentage", async (typed) => {
    await open(sampleView());
    await press("F4");
    await type("discount-input", typed);
    await fireEvent.submit(byId("discount-input"));
    await tick();
    expect(byId("discount-input-problem").textContent).not.toBe("");
    expect(commands()).toEqual([]);
  });

  it("tells the till's refusal beside the field", async () => {
    await open(sampleView());
    refusals.set("discountLine", { code: "discount_out_of_range" });
    await press("F4");
    await type("discount-input", "10");
    await fireEvent.submit(byId("discount-input"));
    await vi.waitFor(() => expect(byId("discount-input-problem").textContent).not.toBe(""));
  });

  it("is about the order where the line has no price, and about nothing while a payment is open", async () => {
    await open(sampleView({ cart: sampleCart([...sampleLines(), UNKNOWN_LINE]) }));
    await press("F4");
    expect(screen.queryByTestId("discount-of-line")).toBe(null);
    desk.close();
    show(payingView(PAYMENTS.awaiting!));
    for (const action of ["discount", "note", "clear"] as const) desk.act(action);
    expect([desk.dialog, commands()]).toEqual([null, []]);
  });

  it("can be used by everybody", async () => {
    await open(DISCOUNTED);
    await expectAccessible();
    await press("F4");
    await expectAccessible();
  });
});

describe("F3 sells at another price", () => {
  it("with a reason at one touch", async () => {
    await open(sampleView());
    await press("F3");
    await type("price-input", "4.5");
    await fireEvent.click(byId("reason-0"));
    await fireEvent.submit(byId("price-input"));
    await vi.waitFor(() => expect(commands()).toEqual([["overridePrice", LAST.id, "4.5", "临期"]]));
  });

  it("says at the reason that it is missing", async () => {
    await open(sampleView());
    refusals.set("overridePrice", { code: "word_missing" });
    await press("F3");
    await fireEvent.submit(byId("price-input"));
    await vi.waitFor(() => expect(byId("reason-input-problem").textContent).not.toBe(""));
    expect(screen.queryByTestId("price-input-problem")).toBe(null);
  });
});

describe("the cart", () => {
  it("shows what was changed: the usual price, the discount, the note, the weight", async () => {
    await open(DISCOUNTED);
    expect(texts("line-list-price")).toEqual(["¥4.80"]);
    expect(texts("line-discount")).toEqual(["优惠 10%", "优惠 ¥1.00", "优惠 ¥1.50"]);
    expect(texts("sum-promotion")).toEqual(["−¥1.50"]);
    expect(texts("line-note")).toEqual(["不要袋"]);
    expect(texts("line-weight")).toEqual(["0.456 公斤"]);
    expect(texts("sum-subtotal")).toEqual(["¥46.83"]);
    const sum = DISCOUNTED.cart.sum;
    expect(sum.subtotal_fen - sum.saving_fen).toBe(DISCOUNTED.cart.total_fen);
    expect(texts("order-note")).toEqual(["下午三点来取"]);
  });

  it("is cleared by Ctrl+Del and by touch", async () => {
    await open(sampleView());
    await press("Delete", { ctrl: true });
    await fireEvent.click(byId("act-clear"));
    await vi.waitFor(() => expect(commands()).toEqual([["clearCart"], ["clearCart"]]));
  });

  it("takes a note on a line by Ctrl+M, and one on the order by touch", async () => {
    await open(sampleView());
    await press("m", { ctrl: true, code: "KeyM" });
    await type("note-input", "送礼");
    await fireEvent.submit(byId("note-input"));
    await vi.waitFor(() => expect(desk.dialog).toBe(null));
    await fireEvent.click(byId("order-note"));
    await type("note-input", "送货");
    await fireEvent.click(byId("dialog-ok"));
    await vi.waitFor(() =>
      expect(commands()).toEqual([
        ["note", LAST.id, "送礼"],
        ["note", null, "送货"],
      ]),
    );
  });
});

describe("numbers of discounts and weights", () => {
  it("go by digits", () => {
    expect([1, 100, 125, 1000].map(percentText)).toEqual(["0.1", "10", "12.5", "100"]);
    expect(["0.1", "10", "12.5", "100", "100.1", "0", "", "1.25"].map(permilleOf)).toEqual([
      1,
      100,
      125,
      1000,
      null,
      null,
      null,
      null,
    ]);
    expect([1, 456, 1000, 12345].map(kilos)).toEqual(["0.001", "0.456", "1.000", "12.345"]);
  });

  it("are told on a receipt", () => {
    const line = { barcode: "1", title: "", price_fen: 1849, quantity: 1, amount_fen: 700 };
    const changed = { list_price_fen: 2000, price_reason: "临期", discount_fen: 100, order_discount_fen: 43 };
    expect(receiptLineWords({ ...line, ...changed, weight_g: 456, note: "切片" })).toEqual([
      "¥18.49/公斤 × 0.456 公斤",
      "原价 ¥20.00",
      "临期",
      "优惠 ¥1.43",
      "备注：切片",
    ]);
  });
});
