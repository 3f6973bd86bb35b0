import type { Language } from "../shared/backend";

// How a pretended window is looked at: `?lang=en&theme=dark&scale=150&practice`, and changed without loading it again.

export const asked = new URLSearchParams(location.search);

/** Takes up the theme and the size of letters that are asked for; nothing stays of what was looked at before. */
export function setStage(): void {
  localStorage.clear();
  localStorage.setItem("yima.theme", asked.get("theme") ?? "auto");
  document.documentElement.style.fontSize = `${asked.get("scale") ?? "100"}%`;
}

export function askedLanguage(): Language {
  return spoken(asked.get("lang"));
}

/** The longer messages are made of the English ones. */
function spoken(wanted: string | null): Language {
  return wanted === "en" || wanted === "longer" ? "en" : "zh-CN";
}

/** Says to whoever looks on that the page stands as it was asked for. */
export function settled(): void {
  document.documentElement.dataset.settled = "";
}

/** Lets a test speak another language: `dispatchEvent(new CustomEvent("speak", { detail: "en" }))`. */
export function onSpeak(speak: (language: Language) => void): void {
  window.addEventListener("speak", (event) => speak(spoken((event as CustomEvent<string>).detail)));
}
