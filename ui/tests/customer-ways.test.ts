import { render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it, vi } from "vitest";
import App from "../src/customer/App.svelte";
import { CustomerState } from "../src/customer/customer-state.svelte";
import { plain } from "../src/dev/display-scenes";
import { CUSTOMERS } from "../src/dev/scenes";
import type { CustomerView } from "../src/shared/backend";

const byId = (id: string) => screen.getByTestId(id);
const words = (id: string) => byId(id).textContent.replace(/\s+/g, " ").trim();

async function open(view: CustomerView): Promise<CustomerState> {
  const state = new CustomerState();
  state.accept(plain(view));
  render(App, { props: { state } });
  await tick();
  return state;
}

describe("a customer whose phone asks", () => {
  it.each([
    ["zh-CN", "请在手机上确认支付", "Please confirm on your phone"],
    ["en", "Please confirm on your phone", "请在手机上确认支付"],
  ] as const)("is told so and how much, in %s first", async (language, large, small) => {
    await open({ ...CUSTOMERS.confirm!, language });
    expect(words("customer-words")).toBe(large);
    expect(byId("customer-words").nextElementSibling?.textContent).toBe(small);
    expect(words("customer-amount")).toBe("¥46.43");
    expect(screen.queryByTestId("customer-qr")).toBe(null);
  });

  it.each([
    ["zh-CN", "请出示付款码", "收付款", "Please show your payment code"],
    ["en", "Please show your payment code", "Open Pay", "请出示付款码"],
  ] as const)(
    "is asked for a payment code with the amount and no QR, in %s first",
    async (language, large, how, small) => {
      await open({ ...CUSTOMERS.show_code!, language });
      expect(byId("customer").dataset.screen).toBe("show_code");
      expect(words("customer-words")).toBe(large);
      const said = screen.getByRole("status").textContent;
      expect(said.indexOf(how)).toBeGreaterThan(said.indexOf(large));
      expect(said.indexOf(small)).toBeGreaterThan(said.indexOf(how));
      expect(words("customer-amount")).toBe("¥46.43");
      expect(document.querySelector("main svg[viewBox='0 0 48 48']")).not.toBe(null);
      expect(screen.queryByTestId("customer-qr")).toBe(null);
      expect(screen.queryAllByTestId("customer-line").length).toBeGreaterThan(0);
    },
  );

  it("is told no more of it when nobody watches over it", async () => {
    vi.useFakeTimers();
    try {
      await open(CUSTOMERS.confirm!);
      vi.advanceTimersByTime(5500);
      await tick();
      expect(byId("customer").dataset.screen).toBe("trouble");
      expect(screen.queryByTestId("customer-words")).toBe(null);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a customer who pays in cash", () => {
  it("sees what was handed over and what comes back", async () => {
    await open(CUSTOMERS.paid_cash!);
    expect([words("customer-amount"), words("customer-tendered"), words("customer-change")]).toEqual([
      "¥46.43",
      "¥100.00",
      "¥53.57",
    ]);
    expect(byId("customer").textContent).toContain("找零");
    expect(byId("customer").textContent).toContain("Change");
  });

  it("sees neither after another way to pay", async () => {
    await open(CUSTOMERS.paid!);
    expect(screen.queryByTestId("customer-change")).toBe(null);
  });
});

describe("what is taken off", () => {
  it("is told while goods are rung up, and adds up to what is asked for", async () => {
    await open(CUSTOMERS.shopping_saving!);
    expect(words("customer-saving")).toBe("已优惠 You save ¥3.43");
    expect([words("customer-total"), words("customer-saved"), words("customer-amount")]).toEqual([
      "¥46.43",
      "−¥3.43",
      "¥43.00",
    ]);
    expect(screen.getAllByTestId("customer-line")[1]!.textContent).toMatch(/9\.60\s*8\.60/);
    expect(byId("customer-price").querySelector("s")?.textContent).toBe("¥6.80");
  });

  it("is the shop's and the wallet's together when it is paid", async () => {
    const state = await open(CUSTOMERS.confirm_saving!);
    const together = ["¥46.43", "−¥6.43", "¥40.00"];
    const told = () => [words("customer-total"), words("customer-saved"), words("customer-amount")];
    expect(told()).toEqual(together);
    state.accept(plain({ ...CUSTOMERS.pay!, ...CUSTOMERS.confirm_saving!, screen: "paid", paid_fen: 4000 }));
    await tick();
    expect(told()).toEqual(together);
  });

  it("is said to be the wallet's where the shop takes nothing off", async () => {
    await open(CUSTOMERS.pay!);
    expect(words("customer-saving")).toMatch(/^会员优惠 −¥3\.00$/);
  });

  it("is not spoken of where it is nothing", async () => {
    await open(CUSTOMERS.shopping!);
    expect(screen.queryByTestId("customer-saving")).toBe(null);
    expect(screen.queryByTestId("customer-saved")).toBe(null);
  });
});

it("goods sold by weight show it with the price of a kilogram", async () => {
  await open(CUSTOMERS.shopping_weighed!);
  expect(words("customer-price")).toBe("¥18.49/公斤0.456 公斤");
  expect(screen.getAllByTestId("customer-line")[3]!.textContent).toMatch(/0\.456 公斤/);
});
