import { describe, expect, it } from "vitest";
import { file, sources } from "./source";

const chinese: Record<string, string> = JSON.parse(file("messages/zh-CN.json"));
const english: Record<string, string> = JSON.parse(file("messages/en.json"));
const code = sources()
  .filter(({ path }) => !path.startsWith("dev/"))
  .map(({ text }) => text)
  .join("\n");

describe("the catalogues", () => {
  it("have the same keys", () => {
    expect(Object.keys(english)).toEqual(Object.keys(chinese));
    expect(Object.keys(english).length).toBeGreaterThan(200);
  });

  it("say something for each key, with the same parts filled in", () => {
    for (const [key, ours] of Object.entries(chinese)) {
      const theirs = english[key] ?? "";
      expect(ours.trim(), key).not.toBe("");
      expect(theirs.trim(), key).not.toBe("");
      expect(parts(theirs), key).toEqual(parts(ours));
    }
  });

  it("are each in their own language", () => {
    for (const [key, text] of Object.entries(english)) {
      expect(/[\u3400-\u9fff]/.test(text) ? key : "").toBe("");
    }
    expect(Object.keys(chinese).filter((key) => !/[\u3400-\u9fff]/.test(chinese[key] ?? ""))).toEqual([]);
  });

  it("hold nothing that is never said", () => {
    expect(Object.keys(chinese).filter((key) => !new RegExp(`\\bm\\.${key}\\b`).test(code))).toEqual([]);
  });
});

function parts(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").sort();
}
