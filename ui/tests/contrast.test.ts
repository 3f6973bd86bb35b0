import { describe, expect, it } from "vitest";
import { file } from "./source";

const TEXT_RATIO = 4.5;
const SHAPE_RATIO = 3;

const css = file("src/shared/tokens.css");
const light = tokens(css.slice(0, css.indexOf("[data-theme")));
const dark = { ...light, ...tokens(css.slice(css.indexOf("[data-theme"))) };

const TEXTS: [ink: string, ground: string][] = [
  ...["ink", "ink-2", "ink-3"].flatMap((ink): [string, string][] =>
    ["bg", "surface", "sunken"].map((ground) => [ink, ground]),
  ),
  ...["ink", "ink-3", "accent"].map((ink): [string, string] => [ink, "accent-soft"]),
  ["accent", "surface"],
  ["on-accent", "accent"],
  ["good", "surface"],
  ["good", "bg"],
  ["good", "good-soft"],
  ["warn", "surface"],
  ["warn", "warn-soft"],
  ["ink", "warn-soft"],
  ["ink-2", "warn-soft"],
  ["bad", "warn-soft"],
  ["bad", "surface"],
  ["bad", "sunken"],
  ["bad", "bad-soft"],
  ["ink-2", "bad-soft"],
  ["warn", "bad-soft"],
  ["bad", "bg"],
  ["ink", "good-soft"],
  ["on-practice", "practice"],
  ["on-practice", "practice-2"],
];

describe.each([
  ["light", light],
  ["dark", dark],
])("the %s theme", (_, theme) => {
  it.each(TEXTS)("shows %s on %s legibly", (ink, ground) => {
    expect(ratio(theme[ink], theme[ground])).toBeGreaterThanOrEqual(TEXT_RATIO);
  });

  it.each(["accent", "edge"])("shows the edge of a field and of the focus: %s", (ink) => {
    for (const ground of ["surface", "bg", "sunken"]) {
      expect(ratio(theme[ink], theme[ground])).toBeGreaterThanOrEqual(SHAPE_RATIO);
    }
  });
});

function tokens(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1], match[2]]),
  );
}

function ratio(one: string | undefined, other: string | undefined): number {
  const [dim, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(colour: string | undefined): number {
  expect(colour).toMatch(/^#/);
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt((colour ?? "").slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
