import type { Act, Role } from "../../shared/backend";
import { m } from "../../shared/paraglide/messages.js";

const ROLES: Record<Role, () => string> = {
  cashier: m.role_cashier,
  supervisor: m.role_supervisor,
  installer: m.role_installer,
};

const ACTS: Record<Act, () => string> = {
  sell: m.staff_act_sell,
  override_price: m.staff_act_override_price,
  discount_above_limit: m.staff_act_discount_above_limit,
  refund: m.staff_act_refund,
  void: m.staff_act_void,
  settle: m.staff_act_settle,
  import_catalogue: m.staff_act_import_catalogue,
  change_settings: m.staff_act_change_settings,
  manage_staff: m.staff_act_manage_staff,
};

const KINDS: Record<string, () => string> = {
  ...ACTS,
  logged_in: m.audit_logged_in,
  locked: m.audit_locked,
  wrong_pin: m.audit_wrong_pin,
  not_done: m.audit_not_done,
  discount: m.audit_discount,
  setting_changed: m.staff_act_change_settings,
  catalogue_imported: m.staff_act_import_catalogue,
  cashier_added: m.audit_cashier_added,
  cashier_changed: m.audit_cashier_changed,
  pin_set: m.audit_pin_set,
  secret_set: m.audit_secret_set,
  restored: m.audit_restored,
};

export const ROLE_NAMES = ["cashier", "supervisor", "installer"] as const;

export function roleWords(role: Role): string {
  return ROLES[role]();
}

export function actWords(act: Act): string {
  return ACTS[act]();
}

/** What a line of the log is about; a newer till's kinds stay as they are. */
export function kindWords(kind: string): string {
  return Object.hasOwn(KINDS, kind) ? KINDS[kind]!() : kind;
}
