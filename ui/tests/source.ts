import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

export interface Source {
  /** From `src`, such as `cashier/App.svelte`. */
  path: string;
  text: string;
}

/** The sources of the two pages, without what is generated. */
export function sources(): Source[] {
  const folder = join(ROOT, "src");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(ts|svelte|css)$/.test(path) && !path.startsWith(join("shared", "paraglide")))
    .map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(join(folder, path), "utf8") }));
}

/** A file of the project by its path from `ui`. */
export function file(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
