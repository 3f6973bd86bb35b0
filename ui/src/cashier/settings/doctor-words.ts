import { foreignText } from "../../shared/foreign-text";
import { m } from "../../shared/paraglide/messages.js";
import type {
  ChangeView,
  CheckName,
  CheckOutcome,
  Finding,
  NoAnswer,
  NoConnection,
  NoReport,
  ProfileView,
  SecretProblem,
} from "../../shared/backend";
import { fieldWords } from "./fields";
import { valueWords } from "./setting-words";

/** What was found, and what to do about it or to know of it. */
export interface Said {
  found: string;
  advice: string[];
}

export function checkWords(check: CheckName): string {
  const words: Record<CheckName, () => string> = {
    mode: m.check_mode,
    settings: m.check_settings,
    secret: m.check_secret,
    proxy: m.check_proxy,
    name_lookup: m.check_name_lookup,
    connection: m.check_connection,
    tls: m.check_tls,
    clock: m.check_clock,
    latency: m.check_latency,
    signature: m.check_signature,
    profile_search: m.check_profile_search,
  };
  return words[check]();
}

export function checkOutcomeWords(outcome: CheckOutcome): string {
  const words: Record<CheckOutcome, () => string> = {
    ok: m.check_ok,
    warning: m.check_warning,
    failed: m.check_failed,
    skipped: m.check_skipped,
  };
  return words[outcome]();
}

export function noReportWords(problem: NoReport | { code: "no_answer" }): string {
  switch (problem.code) {
    case "not_open":
      return m.error_not_open();
    case "stopped":
      return m.doctor_stopped();
    case "took_too_long":
      return m.doctor_took_too_long();
    case "no_answer":
      return m.doctor_no_answer();
  }
}

/** How requests are signed, in the settings' own names. */
export function profileText(profile: ProfileView): string {
  return `secret_key=${profile.secret_key} sign_type_signed=${profile.sign_type_signed} md5_output=${profile.md5_output} rsa_digest=${profile.rsa_digest}`;
}

export function changesText(changes: ChangeView[]): string {
  return changes.map(({ key, to }) => `${key} = ${to}`).join(" · ");
}

export function findingWords(finding: Finding): Said {
  switch (finding.code) {
    case "mode_live":
      return { found: m.mode_live(), advice: [] };
    case "mode_practice":
      return { found: m.mode_practice(), advice: [m.mode_practice_do()] };
    case "mode_unknown":
      return { found: m.mode_unknown(), advice: [] };
    case "settings_complete": {
      const { base_url, app_id, sign_type, profile } = finding;
      const found = m.settings_complete({ url: foreignText(base_url), id: foreignText(app_id), sign_type });
      return { found, advice: [`${profileText(profile)} amount_form=${profile.amount_form}`] };
    }
    case "setting_missing":
      return {
        found: m.setting_missing({ name: fieldWords(finding.key) }),
        advice: [m.setting_missing_do()],
      };
    case "setting_bad":
      return {
        found: m.setting_bad({ name: fieldWords(finding.key), why: valueWords(finding.problem) }),
        advice: [m.setting_missing_do()],
      };
    case "settings_unreadable":
      return { found: m.settings_unreadable(), advice: [] };
    case "proxy":
      return finding.variables.length === 0
        ? { found: m.proxy_none(), advice: [] }
        : { found: m.proxy_set({ names: finding.variables.join(" ") }), advice: [m.proxy_do()] };
    case "secret_in_keychain":
    case "secret_in_file":
    case "secret_missing":
    case "no_keychain":
    case "keychain_silent":
    case "keychain_locked":
    case "secret_unusable":
    case "secret_not_looked_for":
      return secretWords(finding);
    case "signature_accepted":
    case "signature_refused":
    case "app_id_refused":
    case "not_enabled":
    case "signature_cannot_tell":
    case "signature_unclear":
    case "gateway_busy":
    case "signature_no_answer":
    case "signature_not_asked":
      return signatureWords(finding);
    case "profile_found":
    case "profile_none":
    case "profile_search_stopped":
    case "profile_not_searched":
      return searchWords(finding);
    default:
      return networkWords(finding);
  }
}

type Of<Code extends Finding["code"]> = Extract<Finding, { code: Code }>;

export type SecretFinding = Of<
  | "secret_in_keychain"
  | "secret_in_file"
  | "secret_missing"
  | "no_keychain"
  | "keychain_silent"
  | "keychain_locked"
  | "secret_unusable"
  | "secret_not_looked_for"
>;

function secretWords(finding: SecretFinding): Said {
  switch (finding.code) {
    case "secret_in_keychain":
      return { found: m.secret_in_keychain({ name: finding.name }), advice: [] };
    case "secret_in_file":
      return { found: m.secret_in_file({ name: finding.name }), advice: [m.secret_in_file_do()] };
    case "secret_missing":
      return { found: m.secret_missing({ name: finding.name }), advice: [m.secret_set_do()] };
    case "no_keychain":
      return { found: m.no_keychain(), advice: [m.no_keychain_do()] };
    case "keychain_silent":
      return { found: m.keychain_silent(), advice: [m.keychain_locked_do()] };
    case "keychain_locked":
      return { found: m.keychain_locked(), advice: [m.keychain_locked_do()] };
    case "secret_unusable":
      return { found: secretProblemWords(finding.problem), advice: [m.secret_set_do()] };
    case "secret_not_looked_for":
      return { found: m.secret_not_looked_for(), advice: [] };
  }
}

function secretProblemWords(problem: SecretProblem): string {
  switch (problem.code) {
    case "keychain_refused":
      return m.secret_keychain_refused();
    case "exposed":
      return m.secret_exposed({ path: foreignText(problem.path) });
    case "file_unreadable":
      return m.secret_file_unreadable({ path: foreignText(problem.path) });
    case "not_text":
      return m.secret_not_text();
    case "control_character":
      return m.secret_control_character();
    case "empty":
      return m.secret_empty();
    case "not_pem":
      return m.secret_not_pem();
    case "public_key":
      return m.secret_public_key();
    case "encrypted":
      return m.secret_encrypted();
    case "key_unreadable":
      return m.secret_key_unreadable();
    case "key_size":
      return m.secret_key_size({ bits: problem.bits });
    case "no_settings":
      return m.settings_unreadable();
  }
}

function networkWords(
  finding: Of<
    | "name_found"
    | "name_not_needed"
    | "name_not_found"
    | "name_not_asked"
    | "connected"
    | "not_connected"
    | "connection_not_tried"
    | "tls_trusted"
    | "tls_not_used"
    | "tls_not_trusted"
    | "tls_no_answer"
    | "tls_not_tried"
    | "clock_compared"
    | "clock_no_date"
    | "clock_not_compared"
    | "answered"
    | "answer_not_timed"
  >,
): Said {
  switch (finding.code) {
    case "name_found": {
      const addresses = finding.addresses.join(" ");
      return { found: m.name_found({ host: foreignText(finding.host), addresses }), advice: [] };
    }
    case "name_not_needed":
      return { found: m.name_not_needed({ host: foreignText(finding.host) }), advice: [] };
    case "name_not_found":
      return {
        found: m.name_not_found({ host: foreignText(finding.host) }),
        advice: [m.name_not_found_do()],
      };
    case "connected":
      return { found: m.connected({ address: finding.address, ms: finding.took_ms }), advice: [] };
    case "not_connected":
      return {
        found: m.not_connected({ why: noConnectionWords(finding.reason) }),
        advice: [m.not_connected_do()],
      };
    case "tls_trusted":
      return { found: m.tls_trusted(), advice: [] };
    case "tls_not_used":
      return { found: m.tls_not_used(), advice: [] };
    case "tls_not_trusted":
      return { found: m.tls_not_trusted(), advice: [m.tls_not_trusted_do()] };
    case "tls_no_answer":
      return { found: m.tls_no_answer({ why: noAnswerWords(finding.reason) }), advice: [m.no_answer_do()] };
    case "clock_compared":
      return clockWords(finding.ahead_s);
    case "clock_no_date":
      return { found: m.clock_no_date(), advice: [] };
    case "answered":
      return { found: m.answered({ ms: finding.took_ms }), advice: [] };
    case "name_not_asked":
    case "connection_not_tried":
    case "tls_not_tried":
    case "clock_not_compared":
    case "answer_not_timed":
      return { found: m.check_not_made(), advice: [] };
  }
}

const CLOCK_OK_S = 30;

function clockWords(ahead_s: number): Said {
  if (ahead_s === 0) return { found: m.clock_same(), advice: [] };
  const seconds = Math.abs(ahead_s);
  const found = ahead_s < 0 ? m.clock_behind({ seconds }) : m.clock_ahead({ seconds });
  return { found, advice: seconds > CLOCK_OK_S ? [m.clock_do()] : [] };
}

function noConnectionWords(reason: NoConnection): string {
  const words: Record<NoConnection, () => string> = {
    refused: m.no_connection_refused,
    timed_out: m.no_connection_timed_out,
    unreachable: m.no_connection_unreachable,
    failed: m.no_connection_failed,
  };
  return words[reason]();
}

function noAnswerWords(reason: NoAnswer): string {
  switch (reason.code) {
    case "cannot_be_made":
      return m.no_answer_cannot_be_made();
    case "cannot_be_signed":
      return m.no_answer_cannot_be_signed();
    case "name_not_found":
      return m.no_answer_name();
    case "no_connection":
      return m.no_answer_connection();
    case "not_trusted":
      return m.no_answer_not_trusted();
    case "timed_out":
      return m.no_answer_timed_out();
    case "connection_broke":
      return m.no_answer_broke();
    case "http_status":
      return m.no_answer_status({ status: reason.status });
    case "redirected":
      return m.no_answer_redirected();
    case "not_a_gateway":
      return m.no_answer_not_a_gateway();
  }
}

type SignatureFinding = Of<
  | "signature_accepted"
  | "signature_refused"
  | "app_id_refused"
  | "not_enabled"
  | "signature_cannot_tell"
  | "signature_unclear"
  | "gateway_busy"
  | "signature_no_answer"
  | "signature_not_asked"
>;

function signatureWords(finding: SignatureFinding): Said {
  switch (finding.code) {
    case "signature_accepted":
      return { found: m.signature_accepted(), advice: [] };
    case "signature_refused":
      return {
        found: m.signature_refused({ answer: answerText(finding) }),
        advice: [m.signature_refused_do()],
      };
    case "app_id_refused":
      return { found: m.app_id_refused({ answer: answerText(finding) }), advice: [m.app_id_refused_do()] };
    case "not_enabled":
      return { found: m.not_enabled({ answer: answerText(finding) }), advice: [m.not_enabled_do()] };
    case "signature_cannot_tell":
      return { found: m.signature_cannot_tell(), advice: [m.signature_cannot_tell_do()] };
    case "signature_unclear":
      return {
        found: m.signature_unclear({ answer: answerText(finding) }),
        advice: [m.signature_unclear_do()],
      };
    case "gateway_busy":
      return { found: m.gateway_busy(), advice: [m.gateway_busy_do()] };
    case "signature_no_answer":
      return {
        found: m.signature_no_answer({ why: noAnswerWords(finding.reason) }),
        advice: [m.no_answer_do()],
      };
    case "signature_not_asked":
      return { found: m.signature_not_asked(), advice: [] };
  }
}

function searchWords(
  finding: Of<"profile_found" | "profile_none" | "profile_search_stopped" | "profile_not_searched">,
): Said {
  switch (finding.code) {
    case "profile_found": {
      const found = m.profile_found({ tried: finding.tried, changes: changesText(finding.changes) });
      return { found, advice: [m.profile_found_do()] };
    }
    case "profile_none":
      return { found: m.profile_none({ tried: finding.tried }), advice: [m.profile_none_do()] };
    case "profile_search_stopped": {
      const because = findingWords(finding.because);
      return {
        found: m.profile_stopped({ tried: finding.tried, why: because.found }),
        advice: because.advice,
      };
    }
    case "profile_not_searched":
      return { found: m.profile_not_searched(), advice: [] };
  }
}

/** What the gateway said: its code and its own text. */
function answerText({ gateway_code, message }: { gateway_code: string; message: string }): string {
  return `${foreignText(gateway_code)} ${foreignText(message)}`.trim();
}
