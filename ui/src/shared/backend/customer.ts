import { listen } from "@tauri-apps/api/event";
import type { CustomerView } from "./bindings";

/** Listens for what the customer may see. The customer window does nothing else. */
export async function listenForViews(onView: (view: CustomerView) => void): Promise<void> {
  await listen<CustomerView>("customer-view", (event) => onView(event.payload));
}
