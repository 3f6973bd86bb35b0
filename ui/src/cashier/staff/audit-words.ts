import type { Role } from "../../shared/backend";
import { foreignText } from "../../shared/foreign-text";
import { money } from "../../shared/money";
import { m } from "../../shared/paraglide/messages.js";
import { discountWords } from "../pricing";
import { kindWords, ROLE_NAMES, roleWords } from "./staff-words";

type Words = (value: unknown) => string | null;

const WHATS: Record<string, () => string> = {
  reverse: m.reverse_order,
  cancel_payment: m.cancel_payment,
  write_off: m.write_off,
  settle_refund: m.settle_refund,
  drop_refund: m.drop_refund,
  pass_list: m.pass_list,
  charge: m.charge,
  payment_code: m.way_payment_code,
  cash: m.way_cash,
};

const amount = (words: (inputs: { amount: string }) => string): Words => {
  return (fen) => (typeof fen === "number" ? words({ amount: money(fen) }) : null);
};

/** What the log tells by a name; anything else stays as it was written. */
const WORDS: Record<string, Words> = {
  what: (what) =>
    typeof what === "string" ? (Object.hasOwn(WHATS, what) ? WHATS[what]!() : kindWords(what)) : null,
  order_id: (id) => m.audit_order({ id: text(id) }),
  amount_fen: amount(m.audit_amount),
  total_fen: amount(m.audit_total),
  price_fen: amount(m.audit_price),
  discount: offWords,
  why: (why) => m.audit_why({ why: text(why) }),
  // Lines are numbered anew in every cart.
  line: () => null,
  key: text,
  file: text,
  database: text,
  id: text,
  name: text,
  role: (role) => (isRole(role) ? roleWords(role) : text(role)),
  active: (active) => (active === false ? m.audit_inactive() : null),
  from: (from) => (from === "command_line" ? m.audit_command_line() : text(from)),
  how: (how) => (how === "idle" ? m.audit_idle() : null),
};

/** What a line of the log says besides who and what; empty if nothing. */
export function detailWords(detail: string): string[] {
  const told = parsed(detail);
  if (told === null) return [foreignText(detail)];
  return Object.entries(told)
    .map(([key, value]) => (Object.hasOwn(WORDS, key) ? WORDS[key]!(value) : `${key}: ${text(value)}`))
    .filter((words) => words !== null && words !== "")
    .map((words) => foreignText(words!));
}

function offWords(discount: unknown): string | null {
  if (typeof discount !== "object" || discount === null) return m.audit_no_discount();
  const { amount, percent } = discount as { amount?: unknown; percent?: unknown };
  if (typeof amount === "number") return discountWords({ kind: "amount", fen: amount });
  return typeof percent === "number" ? discountWords({ kind: "percent", permille: percent }) : text(discount);
}

function parsed(detail: string): Record<string, unknown> | null {
  try {
    const told: unknown = JSON.parse(detail);
    return typeof told === "object" && told !== null && !Array.isArray(told) ? { ...told } : null;
  } catch {
    return null;
  }
}

function isRole(role: unknown): role is Role {
  return ROLE_NAMES.some((name) => name === role);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
