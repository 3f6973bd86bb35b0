import { parse, type AST } from "svelte/compiler";
import { describe, expect, it } from "vitest";
import { file, sources, type Source } from "./source";

const WORDS = /\p{L}/u;
const SPOKEN = new Set(["aria-label", "alt", "title", "placeholder", "label", "words", "text", "yes", "no"]);

const all = sources();
const pages = all.filter(({ path }) => !path.startsWith("dev/"));
const components = pages.filter(({ path }) => path.endsWith(".svelte"));

const code = pages.filter(({ path }) => /\.(ts|svelte)$/.test(path) && !path.endsWith("bindings.ts"));

/** The paths of those that break a rule, so that a failure names them. */
function breaking(files: Source[], breaks: (file: Source) => unknown): string[] {
  return files.filter(breaks).map(({ path }) => path);
}

describe("the sources", () => {
  it("are found", () => {
    expect(components.length).toBeGreaterThan(30);
    expect(code.length).toBeGreaterThan(components.length);
  });

  it("hold no literal text in components", () => {
    const found = components.flatMap(({ path, text }) =>
      literalText(parse(text, { modern: true, filename: path }).fragment).map((words) => `${path}: ${words}`),
    );
    expect(found).toEqual([]);
  });

  it("have their Chinese in the catalogue", () => {
    // The names of the languages are the same in every language.
    const names = ({ path }: Source) => (path === "cashier/Header.svelte" ? /中/g : /(?!)/g);
    expect(breaking(code, (file) => /[\u3400-\u9fff]/.test(file.text.replace(names(file), "")))).toEqual([]);
  });

  it("reach the shell only through shared/backend", () => {
    const others = all.filter(({ path }) => !path.startsWith("shared/backend/"));
    expect(breaking(others, ({ text }) => /@tauri-apps|__TAURI/.test(text))).toEqual([]);
  });

  it("know nothing of the pretended shell", () => {
    expect(breaking(pages, ({ text }) => /from "[^"]*\/dev\//.test(text))).toEqual([]);
  });

  it("of the customer window can give no command", () => {
    const customer = pages.filter(({ path }) => path.startsWith("customer/"));
    expect(customer.length).toBeGreaterThan(5);
    expect(
      breaking(customer, ({ text }) => /backend\/(cashier|bindings)|\.\.\/cashier\//.test(text)),
    ).toEqual([]);
  });

  it("keep to the content security policy", () => {
    const forbidden = /\{@html|\sstyle="|\son[a-z]+="|javascript:|https?:/;
    expect(breaking(components, ({ text }) => forbidden.test(text))).toEqual([]);
    for (const page of ["cashier.html", "customer.html"]) {
      expect(file(page)).not.toMatch(/<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=/);
    }
  });

  it("stay under 400 lines each", () => {
    expect(
      breaking(all, ({ path, text }) => !path.endsWith("bindings.ts") && text.split("\n").length > 400),
    ).toEqual([]);
  });

  it("never divide money", () => {
    expect(breaking(pages, ({ text }) => /fen[\w)]*\s*\/\s*\d|toFixed/.test(text))).toEqual([]);
  });
});

/** Words that stand in a component itself: as text, or in attributes that are read out or shown. */
function literalText(fragment: AST.Fragment): string[] {
  const found: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(walk);
    if (node === null || typeof node !== "object" || Array.isArray(node)) return;
    const { type, name, data, value } = node as Record<string, unknown>;
    if (type === "Attribute") {
      if (SPOKEN.has(String(name))) texts(value).forEach((text) => WORDS.test(text) && found.push(text));
      return;
    }
    if (type === "StyleDirective" || type === "ClassDirective") return;
    if (type === "Text" && WORDS.test(String(data))) found.push(String(data).trim());
    if (type !== "Comment") Object.values(node).forEach(walk);
  };
  walk(fragment.nodes);
  return found;
}

function texts(value: unknown): string[] {
  const parts = Array.isArray(value) ? value : [value];
  return parts.filter((part) => part?.type === "Text").map((part) => String(part.data));
}
