import type { CustomerMessage } from "../shared/backend";
import { customerScene } from "./display-scenes";
import { asked, askedLanguage, onSpeak, setStage, settled } from "./stage";

// A pretended shell for a plain browser: `?scene=pay&lang=en&practice`.

setStage();

export async function listenForViews(onMessage: (message: CustomerMessage) => void): Promise<void> {
  const scene = customerScene(asked.get("scene") ?? "shopping");
  if (!scene) return;
  const show = (language = askedLanguage()) =>
    onMessage({ ...scene, view: { ...scene.view, language, practice: asked.has("practice") } });
  show();
  onSpeak(show);
  window.setTimeout(settled, 100);
}
