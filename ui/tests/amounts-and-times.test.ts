import { describe, expect, it } from "vitest";
import { countdown, dayAfter, dayText, secondsText, timeOfDay } from "../src/shared/clock";
import { foreignText } from "../src/shared/foreign-text";
import { money, yuan } from "../src/shared/money";

describe("money", () => {
  it.each([
    [0, "0.00"],
    [1, "0.01"],
    [10, "0.10"],
    [99, "0.99"],
    [100, "1.00"],
    [110, "1.10"],
    [4343, "43.43"],
    [128460, "1,284.60"],
    [99999, "999.99"],
    [100000, "1,000.00"],
    [999_999_999, "9,999,999.99"],
    [-300, "−3.00"],
    [-128460, "−1,284.60"],
  ])("writes %d fen as %s", (fen, text) => expect(yuan(fen)).toBe(text));

  it("puts the currency before the digits and after the sign", () => {
    expect(money(128460)).toBe("¥1,284.60");
    expect(money(-300)).toBe("−¥3.00");
  });

  it("reads back as the same fen, for a million amounts", () => {
    for (let fen = 0; fen < 1_000_000; fen += 1) {
      if (Number(yuan(fen).replace(/[,.]/g, "")) !== fen) expect.fail(`${fen} became ${yuan(fen)}`);
    }
  });
});

describe("times", () => {
  it.each([
    [277, "4:37"],
    [60, "1:00"],
    [9, "0:09"],
    [0, "0:00"],
    [-5, "0:00"],
  ])("counts %d seconds down as %s", (seconds, text) => expect(countdown(seconds)).toBe(text));

  it.each([
    [212, "0.21"],
    [4, "0.00"],
    [996, "1.00"],
    [12_345, "12.35"],
  ])("writes %d ms as %s seconds", (ms, text) => expect(secondsText(ms)).toBe(text));

  it("tells China's time and day, wherever the machine is", () => {
    const lateInLondon = new Date("2026-11-22T18:05:00Z");
    expect(timeOfDay(lateInLondon)).toBe("02:05");
    expect(dayText(lateInLondon)).toBe("2026-11-23");
  });

  it.each([
    ["2026-12-31", 1, "2027-01-01"],
    ["2026-03-01", -1, "2026-02-28"],
    ["2028-03-01", -1, "2028-02-29"],
  ])("steps from %s by %d to %s", (day, days, text) => expect(dayAfter(day, days)).toBe(text));
});

describe("somebody else's words", () => {
  it("keeps markup as text and drops what cannot be seen", () => {
    expect(foreignText("<b>签名\u202e错误\u0007</b>\u001b[31m")).toBe("<b>签名 错误 </b> [31m");
  });

  it("is cut, by characters and not by halves of them", () => {
    const text = foreignText("😀".repeat(500));
    expect([...text]).toHaveLength(161);
    expect(text.endsWith("😀…")).toBe(true);
  });
});
