import type { CustomerView } from "../shared/backend";
import { CUSTOMERS } from "./scenes";
import { asked, askedLanguage, onSpeak, setStage, settled } from "./stage";

// A pretended shell for a plain browser: `?scene=pay&lang=en&practice`.

setStage();

export async function listenForViews(onView: (view: CustomerView) => void): Promise<void> {
  const view = CUSTOMERS[asked.get("scene") ?? "shopping"];
  if (!view) return;
  const show = (language = askedLanguage()) => onView({ ...view, language, practice: asked.has("practice") });
  show();
  onSpeak(show);
  window.setTimeout(settled, 100);
}
