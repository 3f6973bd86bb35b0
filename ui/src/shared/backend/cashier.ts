import { Channel } from "@tauri-apps/api/core";
import { commands, type CashierMessage, type DoctorProgress } from "./bindings";

/** The commands of the cashier window. */
export const till = commands;

/** Has the doctor check the set-up; what it finds is heard as it goes. `visit` is the number by which it can be ended. */
export function examine(visit: number, findProfile: boolean, onProgress: (progress: DoctorProgress) => void) {
  const channel = new Channel<DoctorProgress>();
  channel.onmessage = onProgress;
  return commands.examine(visit, findProfile, channel);
}

const AGAIN_MS = 1000;

/** Asks for the cashier window's messages, until the till agrees; they then come for as long as the window lives. */
export async function attach(onMessage: (message: CashierMessage) => void): Promise<void> {
  const channel = new Channel<CashierMessage>();
  channel.onmessage = onMessage;
  while (!(await isAttached(channel))) await new Promise((after) => setTimeout(after, AGAIN_MS));
}

async function isAttached(channel: Channel<CashierMessage>): Promise<boolean> {
  try {
    return (await commands.attach(channel)).status === "ok";
  } catch {
    return false;
  }
}
