import { fireEvent, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { sampleDisplays } from "../src/dev/display-scenes";
import { sampleView } from "../src/dev/scenes";
import type { DisplayTestRefusal, Language } from "../src/shared/backend";
import { expectAccessible } from "./accessibility";
import { commands, displays, refusals, till } from "./backend";
import { begin, byId, desk, open } from "./page";
import { sampleSettings } from "../src/dev/settings-scenes";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

const HAN = /[\u3400-\u9fff]/;

beforeEach(begin);

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  await tick();
}

async function click(id: string): Promise<void> {
  await fireEvent.click(byId(id));
  await settle();
}

async function openDisplay(language: Language = "zh-CN"): Promise<void> {
  await open(sampleView(), language);
  desk.act("settings");
  await screen.findByTestId("settings");
  await click("settings-tab-display");
  await screen.findByTestId("display-automatic");
}

/** Has the till keep these besides its usual settings. */
function keep(values: Record<string, string>): void {
  const settings = sampleSettings().map((line) => ({ ...line, value: values[line.key] ?? line.value }));
  vi.spyOn(till as Record<"settings", () => Promise<unknown>>, "settings").mockImplementation(() =>
    Promise.resolve({ status: "ok", data: settings }),
  );
}

describe.each(["zh-CN", "en"] as const)("in %s", (language) => {
  it("the page is complete, accessible and in one language", async () => {
    keep({ "display.pictures": "/srv/posters" });
    await openDisplay(language);
    expect(byId("monitor-2").textContent).toContain("1280 × 800");
    expect(byId("pictures-said").textContent).toContain("3");
    expect(screen.getAllByTestId("picture-skipped")).toHaveLength(2);
    const own = byId("display-page").textContent?.replace(/春节海报|全景/g, "") ?? "";
    if (language === "en") expect(own).not.toMatch(HAN);
    else expect(own).toMatch(HAN);
    await expectAccessible();
  });

  it.each(["not_open", "not_plugged_in", "cashier_is_there", "customer_is_paying"] as const)(
    "a test that is refused says why: %s",
    async (code: DisplayTestRefusal["code"]) => {
      await openDisplay(language);
      refusals.set("testDisplay", { code });
      await click("monitor-2-test");
      const said = byId("display-test-said").textContent?.trim() ?? "";
      expect(said).not.toBe("");
      expect(HAN.test(said)).toBe(language === "zh-CN");
    },
  );
});

describe("the customer's display", () => {
  it("is said to show its number for as long as it does", async () => {
    await openDisplay();
    vi.useFakeTimers();
    try {
      await click("monitor-2-test");
      await vi.advanceTimersByTimeAsync(4900);
      expect(byId("display-test-said").textContent).toContain("2");
      await vi.advanceTimersByTimeAsync(200);
      expect(byId("display-test-said").textContent?.trim()).toBe("");
    } finally {
      vi.useRealTimers();
    }
  });

  it("is put on the monitor that is pressed, and back to automatic", async () => {
    await openDisplay();
    expect(byId("display-automatic").getAttribute("aria-pressed")).toBe("true");
    await click("monitor-3-choose");
    await click("display-automatic");
    expect(commands()).toEqual([
      ["setSetting", "display.customer", "HDMI-2@2646,0"],
      ["setSetting", "display.customer", ""],
    ]);
  });

  it("is tested on any monitor but the cashier's", async () => {
    await openDisplay();
    await click("monitor-3-test");
    expect(commands()).toEqual([["testDisplay", "HDMI-2@2646,0"]]);
    expect(byId("display-test-said").textContent).toContain("显示器 3");
    expect(screen.queryByTestId("monitor-1-test")).toBe(null);
    expect(byId("monitor-1-choose").hasAttribute("disabled")).toBe(true);
  });

  it("says that the chosen monitor is not plugged in, or that there is no other", async () => {
    displays.current = sampleDisplays("VGA-1@0,0");
    await openDisplay();
    expect(byId("display-missing").textContent).toMatch(/没有接上/);
    displays.current = { ...sampleDisplays(), monitors: sampleDisplays().monitors.slice(0, 1) };
    await click("settings-tab-shop");
    await click("settings-tab-display");
    await screen.findByTestId("display-alone");
    expect(screen.queryByTestId("display-missing")).toBe(null);
  });

  it("follows monitors that come and go while the page is open, and asks no more once it is left", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      await openDisplay();
      displays.current = { ...sampleDisplays(), monitors: sampleDisplays().monitors.slice(0, 2) };
      await vi.advanceTimersByTimeAsync(2100);
      await settle();
      expect(screen.queryByTestId("monitor-3")).toBe(null);
      const asking = vi.spyOn(till as Record<"displays", () => Promise<unknown>>, "displays");
      await click("settings-tab-shop");
      await vi.advanceTimersByTimeAsync(10_000);
      expect(asking).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });

  it("says what became of the folder of pictures, and reads it again", async () => {
    keep({ "display.pictures": "/srv/posters" });
    displays.current = sampleDisplays();
    displays.current.pictures = { is_being_read: false, shown: 0, problem: "not_there", skipped: [] };
    await openDisplay();
    expect(byId("pictures-said").textContent).toMatch(/没有这个文件夹/);
    await click("pictures-again");
    expect(commands()).toEqual([["readPictures"]]);
  });

  it("says nothing of pictures where no folder is named", async () => {
    await openDisplay();
    expect(screen.queryByTestId("pictures")).toBe(null);
  });
});
