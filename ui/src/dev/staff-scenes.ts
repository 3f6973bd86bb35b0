import type { Act, AuditLine, CashierRow, StaffView } from "../shared/backend";

const SETTLED: Act[] = [
  "sell",
  "override_price",
  "discount_above_limit",
  "refund",
  "void",
  "settle",
  "import_catalogue",
];

export const PEOPLE: CashierRow[] = [
  { id: "1001", name: "王芳", role: "cashier", is_active: true, may: ["sell"] },
  { id: "2001", name: "刘强", role: "supervisor", is_active: true, may: SETTLED },
  {
    id: "9001",
    name: "陈志远",
    role: "installer",
    is_active: true,
    may: [...SETTLED, "change_settings", "manage_staff"],
  },
];

export const LOCKED: StaffView = { has_cashiers: true, who: null };

/** Somebody of that role is logged in. */
export function loggedIn(role: CashierRow["role"]): StaffView {
  return { has_cashiers: true, who: PEOPLE.find((person) => person.role === role) ?? null };
}

export const AUDIT_LINES: AuditLine[] = [
  {
    number: 3,
    day: "2026-11-22",
    time: "14:02:11",
    kind: "refund",
    by_id: "1001",
    by_name: "王芳",
    approved_by: "2001",
    detail: '{"amount_fen":300,"order_id":"01939f0c8a4e7b3c9d218b1f47c2e6a0","why":"破损"}',
  },
  {
    number: 2,
    day: "2026-11-22",
    time: "13:58:40",
    kind: "logged_in",
    by_id: "1001",
    by_name: "王芳",
    approved_by: null,
    detail: "{}",
  },
  {
    number: 1,
    day: "2026-11-22",
    time: "08:00:02",
    kind: "cashier_added",
    by_id: "",
    by_name: "",
    approved_by: null,
    detail: '{"id":"9001","name":"陈志远","role":"installer"}',
  },
];
