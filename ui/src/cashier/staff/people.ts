import type { CashierRow } from "../../shared/backend";
import { till } from "../../shared/backend/cashier";
import type { OutboxProblem } from "../outbox";

export type People = { people: CashierRow[]; problem: null } | { people: null; problem: OutboxProblem };

/** Who may log in, or approve. */
export async function readPeople(): Promise<People> {
  try {
    const result = await till.staffNames();
    if (result.status === "ok") return { people: result.data, problem: null };
    return { people: null, problem: result.error };
  } catch {
    return { people: null, problem: { code: "no_answer" } };
  }
}
