import type { CustomerView } from "../shared/backend";
import { CUSTOMERS } from "./scenes";

// A pretended shell for a plain browser: `?scene=pay&lang=en&practice`.

const asked = new URLSearchParams(location.search);
localStorage.setItem("yima.theme", asked.get("theme") ?? "auto");
document.documentElement.style.fontSize = `${asked.get("scale") ?? "100"}%`;

export async function listenForViews(onView: (view: CustomerView) => void): Promise<void> {
  const view = CUSTOMERS[asked.get("scene") ?? "shopping"];
  const language = asked.get("lang") === "en" ? "en" : "zh-CN";
  if (view) onView({ ...view, language, practice: asked.has("practice") });
}
