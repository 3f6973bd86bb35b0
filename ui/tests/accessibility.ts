import axe from "axe-core";
import { expect } from "vitest";

// Colours need a real screen; the contrast of the tokens has its own test.
const RULES = { "color-contrast": { enabled: false } };
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails with what axe finds wrong in the page as it is now. */
export async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(document, { rules: RULES, runOnly: LEVELS });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
}
