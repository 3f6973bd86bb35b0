import type { CustomerView } from "../shared/backend";
import { speak } from "../shared/language.svelte";

/** The one snapshot this window shows. */
export class CustomerState {
  view = $state.raw<CustomerView | null>(null);

  accept(view: CustomerView): void {
    speak(view.language);
    this.view = view;
  }
}
