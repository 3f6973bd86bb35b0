import type {
  CheckView,
  DoctorProgress,
  Finding,
  ProfileView,
  SecretView,
  SettingRefusal,
  SettingView,
} from "../shared/backend";
import { pretendDisplays } from "./display-scenes";

// Sample settings and reports of the doctor, for looking at them and for the tests.

export const PROFILE: ProfileView = {
  secret_key: "app_sercet",
  sign_type_signed: true,
  md5_output: "base64_upper_hex",
  rsa_digest: "sha256",
  amount_form: "string",
};

const VALUES: [key: string, value: string | null, fallback: string | null][] = [
  ["mode", "live", "practice"],
  ["language", "zh-CN", "zh-CN"],
  ["till.number", "01", "01"],
  ["store.name", "城西便利店", "一码便利店"],
  ["store.store_id", null, null],
  ["store.cashier_id", "李敏", null],
  ["store.waiter1_id", null, null],
  ["store.waiter2_id", null, null],
  ["store.terminal_id", "0190f3c26a4e7b3c9d218b1f47c2e6a0", null],
  ["sale.qr_timeout_s", "300", "300"],
  ["sale.rounding", "none", "none"],
  ["sale.promotions", null, null],
  ["scan.same_code", "merge", "merge"],
  ["scan.in_store_codes", "2xIIIIIAAA.AAC", "2xIIIIIAAA.AAC"],
  ["sound.volume", "70", "70"],
  ["sound.muted", "false", "false"],
  ["sound.spoken_paid", "false", "false"],
  ["staff.discount_limit_percent", "10", "10"],
  ["staff.lock_after_min", "10", "10"],
  ["gateway.base_url", "https://api.huishouyin.cn", "https://api.huishouyin.cn"],
  ["gateway.app_id", "hsy-20261122-0047", null],
  ["gateway.sign_type", "MD5", "MD5"],
  ["gateway.profile.secret_key", "app_sercet", "app_sercet"],
  ["gateway.profile.sign_type_signed", "true", "true"],
  ["gateway.profile.md5_output", "base64_upper_hex", "base64_upper_hex"],
  ["gateway.profile.rsa_digest", "sha256", "sha256"],
  ["gateway.profile.amount_form", "string", "string"],
  ["gateway.pay_url_hosts", null, null],
  ["display.customer", null, null],
  ["display.pictures", null, null],
  ["display.goods_pictures", null, null],
];

export function sampleSettings(): SettingView[] {
  return VALUES.map(([key, value, fallback]) => ({
    key,
    value,
    default: fallback,
    is_set: value !== fallback,
  }));
}

export const SECRETS: SecretView[] = [
  { name: "app_secret", finding: { code: "secret_in_keychain", name: "app_secret" } },
  { name: "rsa_private_key", finding: { code: "secret_missing", name: "rsa_private_key" } },
];

const UP_TO_SIGNATURE: CheckView[] = [
  { check: "mode", outcome: "ok", finding: { code: "mode_live" } },
  {
    check: "settings",
    outcome: "ok",
    finding: {
      code: "settings_complete",
      base_url: "https://api.huishouyin.cn",
      app_id: "hsy-20261122-0047",
      sign_type: "MD5",
      profile: PROFILE,
    },
  },
  { check: "secret", outcome: "warning", finding: { code: "secret_in_file", name: "app_secret" } },
  { check: "proxy", outcome: "ok", finding: { code: "proxy", variables: [] } },
  {
    check: "name_lookup",
    outcome: "ok",
    finding: { code: "name_found", host: "api.huishouyin.cn", addresses: ["203.0.113.7"], took_ms: 12 },
  },
  {
    check: "connection",
    outcome: "ok",
    finding: { code: "connected", address: "203.0.113.7:443", took_ms: 31 },
  },
  { check: "tls", outcome: "ok", finding: { code: "tls_trusted", http_status: 200 } },
  { check: "clock", outcome: "ok", finding: { code: "clock_compared", ahead_s: -2 } },
  { check: "latency", outcome: "ok", finding: { code: "answered", took_ms: 86 } },
];

const REFUSED: Finding = {
  code: "signature_refused",
  path: "/pay/check",
  gateway_code: "2000",
  message: "sign error",
  canonical:
    'app_id=hsy-20261122-0047&app_sercet=***&order_id=yimadoctor0707070707070707070707&sign_type=MD5&store_info={"cashier_id":"李敏","waiter1_id":"服务员甲","terminal_id":"0190f3c26a4e7b3c9d218b1f47c2e6a0"}',
};

export const WELL: CheckView[] = [
  ...UP_TO_SIGNATURE.filter((check) => check.check !== "secret"),
  { check: "signature", outcome: "ok", finding: { code: "signature_accepted", path: "/pay/check" } },
];
export const REFUSED_REPORT: CheckView[] = [
  ...UP_TO_SIGNATURE,
  { check: "signature", outcome: "failed", finding: REFUSED },
];
export const FOUND_REPORT: CheckView[] = [
  ...REFUSED_REPORT,
  {
    check: "profile_search",
    outcome: "ok",
    finding: {
      code: "profile_found",
      changes: [{ key: "gateway.profile.md5_output", from: "base64_upper_hex", to: "upper_hex" }],
      tried: 2,
    },
  },
];
export const OFFLINE_REPORT: CheckView[] = [
  { check: "mode", outcome: "warning", finding: { code: "mode_practice" } },
  ...UP_TO_SIGNATURE.slice(1, 5),
  { check: "connection", outcome: "failed", finding: { code: "not_connected", reason: "timed_out" } },
  { check: "tls", outcome: "skipped", finding: { code: "tls_not_tried" } },
  { check: "clock", outcome: "skipped", finding: { code: "clock_not_compared" } },
  { check: "latency", outcome: "skipped", finding: { code: "answer_not_timed" } },
  { check: "signature", outcome: "skipped", finding: { code: "signature_not_asked" } },
];

const PACE_MS = 250;

/** A pretended shell's settings, which take what is typed, and a doctor who finds what is asked for. */
export function pretendSettings(scene: string | null) {
  let settings = sampleSettings();
  let isMended = scene === "well";
  const ok = <T>(data: T) => Promise.resolve({ status: "ok" as const, data });
  const refuse = (error: SettingRefusal) => Promise.resolve({ status: "error" as const, error });
  return {
    settings: () => ok(settings),
    secrets: () => ok(SECRETS),
    setSetting(key: string, value: string) {
      if (value === " ") return refuse({ code: "bad_value", problem: { code: "outer_space" } });
      settings = settings.map((line) =>
        line.key === key ? { ...line, value: value || line.default } : line,
      );
      return ok(null);
    },
    stopExamining: () => ok(null),
    ...pretendDisplays(() => settings.find((line) => line.key === "display.customer")?.value ?? ""),
    saveProfile() {
      isMended = true;
      return ok(null);
    },
    async examine(_visit: number, findProfile: boolean, onProgress: (progress: DoctorProgress) => void) {
      const report = isMended
        ? WELL
        : findProfile
          ? FOUND_REPORT
          : scene === "offline"
            ? OFFLINE_REPORT
            : REFUSED_REPORT;
      for (const check of report) {
        await new Promise((after) => setTimeout(after, PACE_MS));
        if (check.check === "profile_search")
          onProgress({ kind: "trying", number: 2, of: 7, profile: { ...PROFILE, md5_output: "upper_hex" } });
        else onProgress({ kind: "checked", check });
      }
      return { status: "ok" as const, data: report };
    },
  };
}
