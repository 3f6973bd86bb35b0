import { cleanup, fireEvent, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sampleCart, sampleLines, sampleView, UNKNOWN_LINE } from "../src/dev/scenes";
import type { LineView } from "../src/shared/backend";
import { expectAccessible } from "./accessibility";
import { commands, refusals } from "./backend";
import { keyAt } from "./keys";
import { begin, byId, desk, open } from "./page";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

beforeEach(begin);
afterEach(cleanup);

const APPLES: LineView = { ...UNKNOWN_LINE, id: 7, barcode: "00456", title: "红富士苹果", is_listed: true };
const WEIGHED: LineView = { ...sampleLines()[0]!, id: 8, is_weighed: true, weight_g: 485 };

describe("goods sold by weight", () => {
  it("wait in a red row that asks for it, and block charging in words", async () => {
    await open(sampleView({ cart: sampleCart([...sampleLines(), APPLES]) }));
    expect(byId("line-7").dataset["unknown"]).toBe("true");
    expect(screen.queryByTestId("unknown-price")).toBe(null);
    expect(byId("charge")).toHaveProperty("disabled", true);
    expect(byId("charge-reason").textContent?.trim()).not.toBe("");
    await expectAccessible();
    await fireEvent.click(byId("unknown-weigh"));
    await fireEvent.input(byId("weight-input"), { target: { value: " 0.485" } });
    await fireEvent.click(byId("dialog-ok"));
    await vi.waitFor(() => expect(commands()).toEqual([["setWeight", 7, "0.485"]]));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBe(null));
  });

  it("are weighed by F2, again too, and a refusal stands at the field", async () => {
    await open(sampleView({ cart: sampleCart([WEIGHED]) }));
    desk.press(keyAt(0, "F2"));
    await tick();
    expect(byId("weight-input")).toHaveProperty("value", "0.485");
    refusals.set("setWeight", { code: "weight_unreadable" });
    await fireEvent.submit(byId("weight-input"));
    await vi.waitFor(() => expect(byId("weight-input-problem").textContent).toContain("0.485"));
    await fireEvent.click(byId("dialog-cancel"));
    await fireEvent.click(byId("line-weight"));
    expect(byId("weight-dialog")).not.toBe(null);
  });

  it("take a weight that was typed before the scan, as a count is", async () => {
    await open();
    const scanWith = (text: string) => {
      desk.entryText = text;
      desk.scan("00456");
      return desk.entryText;
    };
    expect(["0.485*", "3*", "0.4855*", "0.485*苹"].map(scanWith)).toEqual(["", "", "0.4855*", "0.485*苹"]);
    await vi.waitFor(() =>
      expect(commands()).toEqual([
        ["enter", "0.485*00456"],
        ["scan", "00456", 3],
        ["scan", "00456", 1],
        ["scan", "00456", 1],
      ]),
    );
  });
});
