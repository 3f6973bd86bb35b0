export type Theme = "auto" | "light" | "dark";

const STORED_AS = "yima.theme";
const NEXT: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };

let chosen = $state<Theme>("auto");

export function theme(): Theme {
  return chosen;
}

/** Takes up the theme chosen before, and follows the system's while that is `auto`. */
export function startTheme(): void {
  const stored = localStorage.getItem(STORED_AS);
  chosen = stored === "light" || stored === "dark" ? stored : "auto";
  systemIsDark().addEventListener("change", apply);
  apply();
}

export function switchTheme(): void {
  chosen = NEXT[chosen];
  localStorage.setItem(STORED_AS, chosen);
  apply();
}

function apply(): void {
  const dark = chosen === "dark" || (chosen === "auto" && systemIsDark().matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

function systemIsDark(): MediaQueryList {
  return window.matchMedia("(prefers-color-scheme: dark)");
}
