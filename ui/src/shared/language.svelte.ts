import { overwriteGetLocale } from "./paraglide/runtime.js";
import type { Language } from "./backend";

let current = $state<Language>("zh-CN");

// Messages read the language through this, so every text on screen follows it without a reload.
overwriteGetLocale(() => current);

export function language(): Language {
  return current;
}

export function otherLanguage(): Language {
  return current === "en" ? "zh-CN" : "en";
}

export function speak(next: Language): void {
  if (next !== current) current = next;
  if (document.documentElement.lang !== next) document.documentElement.lang = next;
}
