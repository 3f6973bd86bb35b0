import type { Act, CashierMessage, CashierRow, Role, TillError } from "../shared/backend";
import { AUDIT_LINES, LOCKED, loggedIn, PEOPLE } from "./staff-scenes";

const PIN = "1234";

const ok = <T>(data: T) => Promise.resolve({ status: "ok" as const, data });
const refuse = (error: TillError) => Promise.resolve({ status: "error" as const, error });

/** A till with cashiers: `staff=locked`, or the role of who is logged in. Every PIN is 1234. */
export function pretendStaff(scene: string | null, tell: (message: CashierMessage) => void) {
  let who: CashierRow | null = scene === null || scene === "locked" ? null : loggedIn(scene as Role).who;
  const show = () => tell({ kind: "staff", staff: { ...LOCKED, who } });
  return {
    begin() {
      if (scene !== null) show();
    },
    refusal(act: Act) {
      return who === null || who.may.includes(act)
        ? null
        : refuse({ code: "approval_needed", act, number: 1 });
    },
    staffNames: () => ok(PEOPLE),
    cashiers: () => ok(scene === null ? [] : PEOPLE),
    auditLog: (before: number | null) => ok({ lines: before === null ? AUDIT_LINES : [], more: false }),
    logIn(id: string, pin: string) {
      if (pin !== PIN) return refuse({ code: "wrong_pin" });
      who = PEOPLE.find((person) => person.id === id) ?? null;
      show();
      return ok(null);
    },
    lockTill() {
      who = null;
      show();
      return ok(null);
    },
    stir: () => ok(null),
    approve: (_number: number, _id: string, pin: string) =>
      pin === PIN ? ok(null) : refuse({ code: "wrong_pin" }),
    addCashier: (_id: string, _name: string, _role: Role, pin: string) =>
      pin === "" ? refuse({ code: "pin_unfit" }) : ok(null),
    changeCashier: (_id: string, _name: string, _role: Role, _isActive: boolean) => ok(null),
    setPin: (_id: string, _pin: string) => ok(null),
  };
}
