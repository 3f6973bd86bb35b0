import { vi } from "vitest";
import type {
  DamageView,
  CheckView,
  DisplaysView,
  DisplayTestRefusal,
  DoctorProgress,
  GoodsRefusal,
  ImportView,
  NoReport,
  SettingRefusal,
  TillError,
} from "../src/shared/backend";
import { FOLDER, PREVIEW } from "../src/dev/import-scenes";
import {
  CATEGORIES,
  pretendGoodsOf,
  pretendKeys,
  pretendPictures,
  pretendSearch,
} from "../src/dev/search-scenes";
import { HELD_CARTS } from "../src/dev/held-scenes";
import { RECEIPTS, sampleReceipt } from "../src/dev/scenes";
import { sampleDisplays } from "../src/dev/display-scenes";
import { AUDIT_LINES, PEOPLE } from "../src/dev/staff-scenes";
import { SECRETS, sampleSettings } from "../src/dev/settings-scenes";

/** What was asked of the shell, in order: the command's name and its arguments. */
export const asked: [name: string, ...args: unknown[]][] = [];

/** Refusals to give, by the command's name; all else is taken. */
export const refusals = new Map<string, GoodsRefusal | TillError | SettingRefusal | DisplayTestRefusal>();

/** How an import stands, each time it is asked about. */
export const imports: ImportView[] = [];

/** What the shell says of damaged data. */
export const damage: { current: DamageView | null } = { current: null };

/** What the shell says of monitors and pictures. */
export const displays: { current: DisplaysView } = { current: sampleDisplays() };

const NAMES = [
  "setQuickKeys",
  "importGoods",
  "stopGoodsImport",
  "scan",
  "enter",
  "setQuantity",
  "setWeight",
  "setPrice",
  "overridePrice",
  "discountLine",
  "discountOrder",
  "note",
  "clearCart",
  "removeLine",
  "undo",
  "redo",
  "setWaiters",
  "holdCart",
  "resumeCart",
  "dropHeldCart",
  "charge",
  "wantCode",
  "takeCode",
  "dropCode",
  "takeCash",
  "askNow",
  "cancelPayment",
  "reverseOrder",
  "dismiss",
  "dismissNews",
  "checkAgain",
  "passList",
  "restoreBackup",
  "writeOff",
  "settleRefund",
  "refund",
  "dropRefund",
  "quit",
  "scanBroke",
  "setMuted",
  "practiceCustomer",
  "setLanguage",
  "setSetting",
  "stopExamining",
  "saveProfile",
  "testDisplay",
  "readPictures",
  "logIn",
  "lockTill",
  "stir",
  "approve",
  "addCashier",
  "changeCashier",
  "setPin",
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
  searchGoods: (text: string) => answer("searchGoods", [text], pretendSearch(text)),
  quickKeys: () => answer("quickKeys", [], pretendKeys()),
  categories: () => answer("categories", [], CATEGORIES),
  goodsOf: (category: string, text: string, skip: number) =>
    answer("goodsOf", [category, text, skip], pretendGoodsOf(category, text)),
  goodsPictures: (again: boolean) => answer("goodsPictures", [again], pretendPictures()),
  goodsFolder: (path: string | null) => answer("goodsFolder", [path], FOLDER),
  previewGoods: (path: string) => answer("previewGoods", [path], PREVIEW),
  goodsImport: () => answer("goodsImport", [], imports.shift() ?? { code: "nothing" }),
  exportGoods: (folder: string) =>
    answer("exportGoods", [folder], { path: `${folder}/yima-goods.csv`, products: 3 }),
  saveImportReport: (folder: string) => answer("saveImportReport", [folder], `${folder}/report.csv`),
  heldCarts: () => answer("heldCarts", [], HELD_CARTS),
  damage: () => answer("damage", [], damage.current),
  settings: () => answer("settings", [], sampleSettings()),
  secrets: () => answer("secrets", [], SECRETS),
  displays: () => answer("displays", [], displays.current),
  staffNames: () => answer("staffNames", [], PEOPLE),
  cashiers: () => answer("cashiers", [], PEOPLE),
  auditLog: (before: number | null) =>
    answer("auditLog", [before], { lines: before === null ? AUDIT_LINES : [], more: before === null }),
  receipt: (orderId: string) => {
    const row = RECEIPTS.find((each) => each.order_id === orderId);
    return answer("receipt", [orderId], row && sampleReceipt(row));
  },
};

export const attach = vi.fn();

/** An examination that goes on: what is heard of it, and how it ends. */
export interface Examination {
  visit: number;
  findProfile: boolean;
  tell: (progress: DoctorProgress) => void;
  end: (answer: { status: "ok"; data: CheckView[] } | { status: "error"; error: NoReport }) => void;
}

export const examinations: Examination[] = [];

export function examine(
  visit: number,
  findProfile: boolean,
  tell: (progress: DoctorProgress) => void,
): Promise<unknown> {
  return new Promise((end) => examinations.push({ visit, findProfile, tell, end }));
}

const READS = new Set([
  "quickKeys",
  "categories",
  "goodsOf",
  "goodsPictures",
  "goodsFolder",
  "previewGoods",
  "goodsImport",
  "displays",
  "staffNames",
  "cashiers",
  "auditLog",
  "heldCarts",
  "receipts",
  "receipt",
  "settings",
  "secrets",
  "searchGoods",
]);

/** The commands asked for so far, without those that only read. */
export function commands(): unknown[] {
  return asked.filter(([name]) => !READS.has(name));
}

export function forget(): void {
  asked.length = 0;
  refusals.clear();
  examinations.length = 0;
  imports.length = 0;
  displays.current = sampleDisplays();
}
