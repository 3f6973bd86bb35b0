import type { CustomerView } from "../shared/backend";
import { speak } from "../shared/language.svelte";

/** The till speaks every second; when it has been silent for so long, nothing that is shown can be relied on. */
const SILENCE_MS = 5000;

/** The one snapshot this window shows. */
export class CustomerState {
  view = $state.raw<CustomerView | null>(null);
  #silence: ReturnType<typeof setTimeout> | undefined;

  accept(view: CustomerView): void {
    speak(view.language);
    this.view = view;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#fallSilent(view), SILENCE_MS);
  }

  /** A QR that nobody watches over is taken down. */
  #fallSilent(view: CustomerView): void {
    this.view = { ...view, screen: "trouble", qr: null };
  }
}
