import { foreignText } from "../../shared/foreign-text";
import { m } from "../../shared/paraglide/messages.js";
import type { SettingRefusal, ValueProblem } from "../../shared/backend";
import { refusedWords } from "./refused-words";

export type SettingProblem = SettingRefusal | { code: "no_answer" };

/** Why settings were not changed. */
export function refusalWords(problem: SettingProblem): string {
  switch (problem.code) {
    case "not_allowed":
      return m.error_not_allowed({ what: m.staff_act_change_settings() });
    case "unknown":
      return m.setting_unknown();
    case "bad_value":
      return valueWords(problem.problem);
    case "only_by_command_line":
      return m.field_mode_hint();
    case "nothing_found":
      return m.setting_nothing_found();
    default:
      return refusedWords(problem);
  }
}

/** Why they are not shown: whatever became of the question, nothing was changed by it. */
export function unreadWords(problem: SettingProblem): string {
  return problem.code === "no_answer" ? m.error_not_read() : refusalWords(problem);
}

/** What is wrong with a value, and what it should be. */
export function valueWords(problem: ValueProblem): string {
  switch (problem.code) {
    case "no_such_choice":
      return m.value_no_such_choice();
    case "empty":
      return m.value_empty();
    case "too_long":
      return m.value_too_long({ chars: problem.chars });
    case "outer_space":
      return m.value_outer_space();
    case "hidden_character":
      return m.value_hidden_character();
    case "not_a_till_number":
      return m.value_not_a_till_number();
    case "not_a_whole_number":
      return m.value_not_a_whole_number();
    case "too_small":
      return m.value_too_small();
    case "too_large":
      return m.value_too_large();
    case "not_an_address":
      return m.value_not_an_address();
    case "address_insecure":
      return m.value_address_insecure();
    case "address_with_credentials":
      return m.value_address_with_credentials();
    case "address_with_query":
      return m.value_address_with_query();
    case "not_a_whole_path":
      return m.value_not_a_whole_path();
    case "not_a_promotion":
      return m.value_not_a_promotion({ entry: foreignText(problem.entry) });
    case "not_a_layout":
      return m.value_not_a_layout({ entry: foreignText(problem.entry) });
    case "not_a_host":
      return m.value_not_a_host({ entry: foreignText(problem.entry) });
  }
}
