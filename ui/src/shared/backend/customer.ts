import { listen } from "@tauri-apps/api/event";
import type { CustomerMessage } from "./bindings";

/** Listens for what the customer may see. The customer window does nothing else. */
export async function listenForViews(onMessage: (message: CustomerMessage) => void): Promise<void> {
  await listen<CustomerMessage>("customer-view", (event) => onMessage(event.payload));
}
