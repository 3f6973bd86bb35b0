import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it, vi } from "vitest";
import App from "../src/customer/App.svelte";
import { CustomerState } from "../src/customer/customer-state.svelte";
import { customerScene, plain } from "../src/dev/display-scenes";
import { CUSTOMERS, sampleQr } from "../src/dev/scenes";
import type { CustomerView } from "../src/shared/backend";
import { expectAccessible } from "./accessibility";

const byId = (id: string) => screen.getByTestId(id);

async function open(view: CustomerView): Promise<CustomerState> {
  const state = new CustomerState();
  state.accept(plain(view));
  render(App, { props: { state } });
  await tick();
  return state;
}

describe.each(["zh-CN", "en"] as const)("in %s", (language) => {
  it.each(Object.entries(CUSTOMERS))("%s is shown and accessible", async (_, view) => {
    await open({ ...view, language, practice: true });
    expect(byId("customer").dataset.screen).toBe(view.screen);
    expect(screen.queryByTestId("customer-qr") !== null).toBe(view.screen === "pay");
    expect(byId("practice-band").textContent).toMatch(/Practice/);
    await expectAccessible();
  });

  it("says everything that matters in both languages, the chosen one first", async () => {
    await open({ ...CUSTOMERS.pay!, language });
    const words = byId("customer-words");
    const large = language === "en" ? /Scan with WeChat/ : /请用微信/;
    const small = language === "en" ? /请用微信/ : /Scan with WeChat/;
    expect(words.textContent).toMatch(large);
    expect(words.nextElementSibling?.textContent).toMatch(small);
  });
});

describe("the customer window", () => {
  it("takes a QR down that nobody watches over any more", async () => {
    vi.useFakeTimers();
    try {
      const state = await open(CUSTOMERS.pay!);
      vi.advanceTimersByTime(4000);
      state.accept(plain(CUSTOMERS.pay!));
      vi.advanceTimersByTime(4000);
      await tick();
      expect(screen.queryByTestId("customer-qr")).not.toBeNull();
      vi.advanceTimersByTime(1500);
      await tick();
      expect(byId("customer").dataset.screen).toBe("trouble");
      expect(screen.queryByTestId("customer-qr")).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  it("shows what is to be paid, not the total, beside the code", async () => {
    await open(CUSTOMERS.pay!);
    expect(byId("customer-amount").textContent).toBe("¥43.43");
    expect(byId("customer-saved").textContent).toBe("−¥3.00");
    expect(byId("customer-total").textContent).toBe("¥46.43");
  });

  it("draws the code dark on white, whatever the theme, from the path it was given", async () => {
    document.documentElement.dataset.theme = "dark";
    await open(CUSTOMERS.pay!);
    const code = byId("customer-qr");
    expect(code.getAttribute("viewBox")).toBe("0 0 41 41");
    expect(code.querySelector("rect")?.getAttribute("fill")).toBe("#ffffff");
    expect(code.querySelector("path")?.getAttribute("fill")).toBe("#000000");
    expect(code.querySelector("path")?.getAttribute("d")).toBe(sampleQr(41).path);
    delete document.documentElement.dataset.theme;
  });

  it("has no old code left when the next goods show", async () => {
    const state = await open(CUSTOMERS.pay!);
    state.accept(plain(CUSTOMERS.shopping!));
    await tick();
    expect(screen.queryByTestId("customer-qr")).toBe(null);
    expect(byId("customer-amount").textContent).toBe("¥46.43");
  });

  it("shows no code in trouble, even if one is sent", async () => {
    await open({ ...CUSTOMERS.trouble!, qr: sampleQr(41) });
    expect(screen.queryByTestId("customer-qr")).toBe(null);
  });

  it("asks to wait when there is a payment without a code", async () => {
    await open({ ...CUSTOMERS.pay!, qr: null });
    expect(byId("customer").textContent).toContain("请稍候");
  });

  it("changes its language without a reload", async () => {
    const state = await open(CUSTOMERS.welcome!);
    expect(screen.getByRole("heading").textContent).toBe("欢迎光临");
    state.accept(plain({ ...CUSTOMERS.welcome!, language: "en" }));
    await tick();
    expect(screen.getByRole("heading").textContent).toBe("Welcome");
  });

  it.each([
    [1280, 800, "12.8px"],
    [853, 533, "8.528px"],
    [600, 1024, "10.2px"],
  ])("fits a screen of %i by %i, whatever the size of the system's text", async (width, height, unit) => {
    vi.stubGlobal("innerWidth", width);
    vi.stubGlobal("innerHeight", height);
    await open(CUSTOMERS.pay!);
    window.dispatchEvent(new Event("resize"));
    await tick();
    expect(byId("customer").style.getPropertyValue("--u")).toBe(unit);
    vi.unstubAllGlobals();
  });

  it("shows a tested monitor's number in place of a welcome, and goes back by itself", async () => {
    const state = await open(CUSTOMERS.welcome!);
    state.accept(customerScene("test")!);
    await tick();
    expect(byId("customer").dataset.screen).toBe("test");
    expect(byId("display-test-number").textContent).toBe("2");
    expect(byId("display-test").textContent).toContain(CUSTOMERS.welcome!.shop_name);
    expect(byId("display-test").textContent).toContain("1280 × 800");
    await expectAccessible();
    state.accept(plain(CUSTOMERS.welcome!));
    await tick();
    expect(byId("customer").dataset.screen).toBe("welcome");
  });

  it("shows pictures in turn while nobody is served, each once it is there, and takes them down for goods", async () => {
    vi.useFakeTimers();
    try {
      const state = await open(CUSTOMERS.welcome!);
      const pictures = ["pictures://localhost/1/0", "pictures://localhost/1/1"];
      state.accept({ ...plain(CUSTOMERS.welcome!), pictures });
      await tick();
      const source = () => byId("picture").getAttribute("src");
      expect(source()).toBe(pictures[0]);
      expect(byId("picture").classList).not.toContain("loaded");
      await fireEvent.load(byId("picture"));
      expect(byId("picture").classList).toContain("loaded");
      expect(byId("picture-show").textContent).toContain("欢迎光临");
      expect(byId("picture-show").textContent).toContain(CUSTOMERS.welcome!.shop_name);
      for (let second = 0; second < 11; second += 1) {
        vi.advanceTimersByTime(1000);
        state.accept({ ...plain(CUSTOMERS.welcome!), pictures: [...pictures] });
      }
      await tick();
      expect(source()).toBe(pictures[1]);
      state.accept(plain(CUSTOMERS.shopping!));
      await tick();
      expect(screen.queryByTestId("picture")).toBe(null);
    } finally {
      vi.useRealTimers();
    }
  });

  it("shows nothing before it was told anything", () => {
    render(App, { props: { state: new CustomerState() } });
    expect(screen.queryByTestId("customer")).toBe(null);
  });
});
