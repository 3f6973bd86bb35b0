import { Channel } from "@tauri-apps/api/core";
import { commands, type CashierMessage } from "./bindings";

/** The commands of the cashier window. */
export const till = commands;

/** Asks for the cashier window's messages; they then come for as long as the window lives. */
export async function attach(onMessage: (message: CashierMessage) => void): Promise<void> {
  const channel = new Channel<CashierMessage>();
  channel.onmessage = onMessage;
  await commands.attach(channel);
}
