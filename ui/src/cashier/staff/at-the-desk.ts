import type { StaffView } from "../../shared/backend";
import { till } from "../../shared/backend/cashier";
import type { Desk } from "../desk.svelte";
import { problemOf, type OutboxProblem } from "../outbox";

/** Nothing of the cart, a dialog or what was typed stays in sight of a locked till. */
export function takeStaff(desk: Desk, staff: StaffView): void {
  if (!desk.staff.accept(staff)) return;
  desk.close();
  desk.page = "goods";
  desk.entryText = "";
  desk.search.look("");
}

/** It is heard and seen: nothing is sold by nobody. */
export function missScan(desk: Desk): void {
  desk.staff.missedScans += 1;
  void till.scanBroke();
}

/** What was asked for waits in the till; whoever may is asked for, in the place of the dialog that asked. */
export function asksApproval(desk: Desk, problem: OutboxProblem): boolean {
  if (problem.code !== "approval_needed") return false;
  desk.open({ kind: "approval", act: problem.act, number: problem.number });
  return true;
}

export function lockTill(desk: Desk): void {
  if (desk.staff.who === null) return;
  void problemOf(() => till.lockTill()).then((problem) => {
    if (problem !== null) desk.tell(problem);
  });
}
