import { vi } from "vitest";
import type { TillError } from "../src/shared/backend";
import { RECEIPTS, sampleReceipt } from "../src/dev/scenes";

/** What was asked of the shell, in order: the command's name and its arguments. */
export const asked: [name: string, ...args: unknown[]][] = [];

/** Refusals to give, by the command's name; all else is taken. */
export const refusals = new Map<string, TillError>();

const NAMES = [
  "scan",
  "enter",
  "setQuantity",
  "setPrice",
  "removeLine",
  "undo",
  "redo",
  "setWaiters",
  "resumeCart",
  "charge",
  "askNow",
  "cancelPayment",
  "reverseOrder",
  "dismiss",
  "dismissNews",
  "writeOff",
  "settleRefund",
  "quit",
  "practiceCustomer",
  "setLanguage",
] as const;

function answer(name: string, args: unknown[], data: unknown): Promise<unknown> {
  asked.push([name, ...args]);
  const error = refusals.get(name);
  return Promise.resolve(error ? { status: "error", error } : { status: "ok", data });
}

const plain = NAMES.map((name) => [name, (...args: unknown[]) => answer(name, args, null)] as const);

/** Stands in for the shell: `vi.mock("../src/shared/backend/cashier", () => import("./backend"))`. */
export const till = {
  ...Object.fromEntries(plain),
  receipts: (query: { offset: number }) =>
    answer("receipts", [query], { rows: RECEIPTS, more: query.offset === 0 }),
  receipt: (orderId: string) => {
    const row = RECEIPTS.find((each) => each.order_id === orderId);
    return answer("receipt", [orderId], row && sampleReceipt(row));
  },
};

export const attach = vi.fn();

/** The commands asked for so far, without receipts being read. */
export function commands(): unknown[] {
  return asked.filter(([name]) => name !== "receipts" && name !== "receipt");
}

export function forget(): void {
  asked.length = 0;
  refusals.clear();
}
