import type { StoreProblem } from "../../shared/backend";
import { m } from "../../shared/paraglide/messages.js";
import { storeWords } from "../words";

/** What the till says to the settings' pages whatever was asked of it. */
export type Refused =
  { code: "not_open" | "locked" | "no_answer" } | { code: "not_saved"; problem: StoreProblem };

export function refusedWords(problem: Refused): string {
  switch (problem.code) {
    case "not_open":
      return m.error_not_open();
    case "locked":
      return m.error_locked();
    case "not_saved":
      return m.error_not_saved({ why: storeWords(problem.problem) });
    case "no_answer":
      return m.setting_no_answer();
  }
}
