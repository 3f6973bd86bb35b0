import { fireEvent } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { money } from "../src/shared/money";
import { likelySums } from "../src/cashier/ways-to-pay";
import { CODES } from "../src/dev/payment-scenes";
import { payingView, PAYMENTS, sampleCart, sampleView } from "../src/dev/scenes";
import { expectAccessible } from "./accessibility";
import { asked, refusals } from "./backend";
import { begin, byId, desk, open, show } from "./page";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

beforeEach(begin);

const press = (key: string) =>
  desk.press({ key, code: key, ctrl: false, shift: false, alt: false, meta: false });

const names = () => asked.map(([name]) => name);

describe("the customer's code", () => {
  it("is asked for by F11, and told in the panel's place until it is dropped", async () => {
    await open(sampleView());
    press("F11");
    await tick();
    expect(names()).toContain("wantCode");
    show(sampleView({ code: CODES.code_wanted ?? null }));
    await tick();
    expect(byId("code-panel").dataset.stage).toBe("wanted");
    expect(document.querySelector("[data-testid=take-code]")).toBeNull();
    press("Escape");
    await tick();
    expect(names()).toContain("dropCode");
  });

  it("that was scanned pays by F11 or a finger for what is on screen, and by nothing else", async () => {
    const view = sampleView({ code: CODES.code_scanned ?? null });
    await open(view);
    expect(byId("code-wallet").dataset.wallet).toBe("alipay");
    expect(document.querySelector("[role=dialog]")).toBeNull();
    expect(document.activeElement?.closest("[data-testid=code-panel] ~ .buttons")).toBeFalsy();
    for (const key of ["Enter", "Tab", " ", "F12"]) press(key);
    await tick();
    expect(names()).not.toContain("takeCode");
    await fireEvent.click(byId("take-code"));
    await tick();
    expect(asked).toContainEqual(["takeCode", view.cart.total_fen]);
  });

  it("is not asked for while something is in the way, and the cashier hears why", async () => {
    await open(sampleView({ cart: sampleCart([]) }));
    expect(byId("pay-code")).toHaveProperty("disabled", true);
    expect(byId("pay-cash")).toHaveProperty("disabled", true);
    press("F11");
    press("F9");
    await tick();
    expect(names()).not.toContain("wantCode");
    expect(desk.dialog).toBeNull();
  });

  it("leaves no QR and no other way while it is on its way", async () => {
    await open(payingView(PAYMENTS.code_sending!));
    expect(document.querySelector("[data-testid=qr]")).toBeNull();
    press("F9");
    press("F11");
    await tick();
    expect([desk.dialog, names().filter((name) => name.endsWith("Code"))]).toEqual([null, []]);
    expect(byId("payment-wallet").textContent).not.toBe("");
  });
});

describe("cash", () => {
  it("is asked for by F9, says the change, and sells for what is on screen", async () => {
    const view = sampleView();
    await open(view);
    press("F9");
    await tick();
    await expectAccessible();
    const input = byId("cash-tendered-input") as HTMLInputElement;
    await fireEvent.input(input, { target: { value: "100" } });
    expect(byId("cash-change").textContent).toBe(money(10_000 - view.cart.total_fen));
    await fireEvent.submit(input.form!);
    await tick();
    expect(asked).toContainEqual(["takeCash", view.cart.total_fen, 10_000]);
    await fireEvent.submit(input.form!);
    expect(names().filter((name) => name === "takeCash")).toHaveLength(1);
  });

  it("that is too little sells nothing, and what the till says against it stands in the dialog", async () => {
    await open(sampleView());
    press("F9");
    await tick();
    const input = byId("cash-tendered-input") as HTMLInputElement;
    for (const text of ["44.42", "x", ""]) {
      await fireEvent.input(input, { target: { value: text } });
      await fireEvent.submit(input.form!);
      expect(byId("cash-tendered-input-problem").textContent).not.toBe("");
    }
    expect(names()).not.toContain("takeCash");
    refusals.set("takeCash", { code: "total_changed" });
    await fireEvent.input(input, { target: { value: "50" } });
    await fireEvent.submit(input.form!);
    await tick();
    await tick();
    expect(byId("cash-tendered-input-problem").textContent).not.toBe("");
  });

  it("stands on the receipt with its change", async () => {
    await open(payingView(PAYMENTS.paid_cash!));
    expect(byId("payment-tendered").textContent).toBe("¥100.00");
    expect(byId("payment-change").textContent).toBe("¥53.57");
  });
});

it("offers the sums that somebody is likely to hand over, each once", () => {
  expect(likelySums(4_643)).toEqual([4_643, 5_000, 6_000, 10_000]);
  expect(likelySums(5_000)).toEqual([5_000, 6_000, 10_000]);
  expect(likelySums(1)).toEqual([1, 1_000, 2_000, 5_000, 10_000]);
  expect(likelySums(123_456)).toEqual([123_456, 124_000, 125_000, 130_000]);
});
