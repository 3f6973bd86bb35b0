import type { CustomerMessage } from "../shared/backend";
import { speak } from "../shared/language.svelte";

/** The till speaks every second; when it has been silent for so long, nothing that is shown can be relied on. */
const SILENCE_MS = 5000;

/** The one snapshot this window shows. */
export class CustomerState {
  shown = $state.raw<CustomerMessage | null>(null);
  #silence: ReturnType<typeof setTimeout> | undefined;

  accept(message: CustomerMessage): void {
    speak(message.view.language);
    this.shown = message;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#fallSilent(message), SILENCE_MS);
  }

  /** A QR that nobody watches over is taken down. */
  #fallSilent({ view }: CustomerMessage): void {
    this.shown = { view: { ...view, screen: "trouble", qr: null }, test: null, pictures: [] };
  }
}
