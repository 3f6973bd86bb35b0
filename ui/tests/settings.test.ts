import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import App from "../src/cashier/App.svelte";
import { findingWords } from "../src/cashier/settings/doctor-words";
import { FIELDS } from "../src/cashier/settings/fields";
import { valueWords } from "../src/cashier/settings/setting-words";
import { PAYMENTS, payingView, sampleView } from "../src/dev/scenes";
import {
  FOUND_REPORT,
  OFFLINE_REPORT,
  PROFILE,
  REFUSED_REPORT,
  sampleSettings,
  WELL,
} from "../src/dev/settings-scenes";
import { speak } from "../src/shared/language.svelte";
import type { CheckView, Finding, Language, ValueProblem } from "../src/shared/backend";
import { expectAccessible } from "./accessibility";
import { asked, commands, examinations, refusals, till } from "./backend";
import { begin, byId, desk, open } from "./page";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

const LANGUAGES: Language[] = ["zh-CN", "en"];
const HAN = /[\u3400-\u9fff]/;

beforeEach(begin);

async function openSettings(language: Language = "zh-CN"): Promise<void> {
  await open(sampleView(), language);
  desk.act("settings");
  await screen.findByTestId("settings");
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  await tick();
}

async function click(id: string): Promise<void> {
  await fireEvent.click(byId(id));
  await settle();
}

/** Has the examination that goes on report, and end. */
async function report(checks: CheckView[]): Promise<void> {
  const { tell, end } = examinations.at(-1)!;
  for (const check of checks) tell({ kind: "checked", check });
  end({ status: "ok", data: checks });
  await settle();
}

const state = () => byId("doctor").dataset.state;

describe.each(LANGUAGES)("in %s", (language) => {
  it.each([
    ["well", WELL, "well"],
    ["refused", REFUSED_REPORT, "failed"],
    ["found", FOUND_REPORT, "found"],
    ["offline", OFFLINE_REPORT, "failed"],
  ] as const)(
    "the report %s is said in words, each outcome by more than its colour",
    async (_, checks, is) => {
      await openSettings(language);
      await click("doctor-check");
      await report([...checks]);
      expect(state()).toBe(is);
      for (const check of checks) {
        const row = byId(`check-${check.check}`);
        expect(row.dataset.outcome).toBe(check.outcome);
        expect(row.querySelector("svg")).not.toBeNull();
        expect(row.querySelector(".outcome")?.textContent).not.toBe("");
        row.querySelector("pre")?.remove();
        if (language === "en") expect(row.textContent).not.toMatch(HAN);
        else expect(row.textContent).toMatch(HAN);
      }
      await expectAccessible();
    },
  );

  it.each(["gateway", "shop"] as const)("the page %s is complete and accessible", async (tab) => {
    await openSettings(language);
    await click(`settings-tab-${tab}`);
    for (const { key, choices } of FIELDS[tab]) {
      const row = byId(`setting-${key}`);
      expect(
        row.querySelectorAll("[aria-pressed]").length + row.querySelectorAll("input, .fixed").length,
      ).toBe(choices && key !== "mode" ? choices.length : 1);
      if (language === "en") expect(row.textContent).not.toMatch(HAN);
    }
    await expectAccessible();
  });

  it("every finding and every bad value has words", () => {
    speak(language);
    for (const said of [...FINDINGS.map(findingWords), ...PROBLEMS.map(valueWords)]) {
      const text = typeof said === "string" ? said : [said.found, ...said.advice].join(" ");
      expect(text.trim()).not.toBe("");
      expect(HAN.test(text), text).toBe(language === "zh-CN");
      expect(text).not.toMatch(/undefined|\{/);
    }
  });
});

describe("the settings", () => {
  it("have every field that there is", () => {
    const shown = Object.values(FIELDS)
      .flat()
      .map((field) => field.key);
    expect(shown.sort()).toEqual(
      sampleSettings()
        .map(({ key }) => key)
        .sort(),
    );
  });

  it("are kept one by one, and say from when on they hold", async () => {
    await openSettings();
    await click("settings-tab-shop");
    expect(screen.queryByTestId("setting-till.number-save")).toBeNull();
    await fireEvent.input(byId("setting-till.number-input"), { target: { value: "07" } });
    await click("setting-till.number-save");
    expect(commands()).toEqual([["setSetting", "till.number", "07"]]);
    expect(byId("setting-till.number-saved").textContent).toContain("下一单起生效");
  });

  it("a bad value is refused at its field, and stays to be mended", async () => {
    refusals.set("setSetting", {
      code: "bad_value",
      problem: { code: "address_insecure" },
    });
    await openSettings("en");
    await click("settings-tab-gateway");
    const input = byId("setting-gateway.base_url-input") as HTMLInputElement;
    await fireEvent.input(input, { target: { value: "http://pay.example" } });
    await click("setting-gateway.base_url-save");
    expect(byId("setting-gateway.base_url-problem").textContent).toContain("https://");
    expect(input.getAttribute("aria-invalid")).toBe("true");
    expect(input.value).toBe("http://pay.example");
    await expectAccessible();
    await fireEvent.input(input, { target: { value: "https://pay.example" } });
    expect(screen.queryByTestId("setting-gateway.base_url-problem")).toBeNull();
  });

  it("never ask for a secret, and say how to set one", async () => {
    await openSettings();
    await click("settings-tab-gateway");
    expect(byId("secret-app_secret").dataset.finding).toBe("secret_in_keychain");
    expect(byId("secrets").querySelector("input")).toBeNull();
    expect(byId("secrets").textContent).toContain("yima secret set app_secret");
  });

  it("say that practice has no use for the gateway's", async () => {
    const inPractice = sampleSettings().map((line) =>
      line.key === "mode" ? { ...line, value: "practice" } : line,
    );
    vi.spyOn(till, "settings").mockResolvedValue({ status: "ok", data: inPractice });
    await openSettings();
    await click("settings-tab-shop");
    expect(screen.queryByTestId("settings-practice")).toBeNull();
    await click("settings-tab-gateway");
    expect(byId("settings-practice").textContent).toContain("练习");
    await expectAccessible();
  });

  it("the mode is shown and not to be changed here", async () => {
    await openSettings();
    await click("settings-tab-shop");
    expect(byId("setting-mode-value").textContent).toBe("正式收款");
    expect(byId("setting-mode").querySelector("button, input")).toBeNull();
  });

  it("Esc takes back what was typed, then closes; scans go to the cart all the while", async () => {
    await openSettings();
    await click("settings-tab-shop");
    const input = byId("setting-store.name-input") as HTMLInputElement;
    input.focus();
    await fireEvent.input(input, { target: { value: "转角店" } });
    desk.scan("6921168509256");
    desk.back();
    await settle();
    expect(input.value).toBe("城西便利店");
    expect(desk.page).toBe("settings");
    desk.back();
    expect(desk.page).toBe("goods");
    expect(commands()).toEqual([["scan", "6921168509256", 1]]);
  });
});

describe("the doctor", () => {
  it("says which check is on, in a place that is read out", async () => {
    await openSettings("en");
    expect(state()).toBe("idle");
    expect(document.activeElement).toBe(byId("doctor-check"));
    await click("doctor-check");
    const summary = byId("doctor-summary");
    expect(summary.getAttribute("role")).toBe("status");
    expect(summary.textContent).toBe("Checking: Mode (1 of 10)");
    for (const check of WELL.slice(0, 2)) examinations[0]!.tell({ kind: "checked", check });
    await settle();
    expect(summary.textContent).toBe("Checking: Secret (3 of 10)");
    await expectAccessible();
  });

  it("shows what was signed where the signature is refused, finds the profile, keeps it and checks again", async () => {
    await openSettings("en");
    await click("doctor-check");
    await report(REFUSED_REPORT);
    expect(byId("doctor-canonical").textContent).toContain("app_sercet=***");
    await click("doctor-search");
    expect(examinations.map(({ findProfile }) => findProfile)).toEqual([false, true]);
    for (const check of REFUSED_REPORT) examinations[1]!.tell({ kind: "checked", check });
    examinations[1]!.tell({ kind: "trying", number: 2, of: 7, profile: PROFILE });
    await settle();
    expect(byId("doctor-summary").textContent).toContain("2 of 7");
    expect(byId("doctor-detail").textContent).toContain("md5_output=base64_upper_hex");
    examinations[1]!.end({ status: "ok", data: FOUND_REPORT });
    await settle();
    expect(byId("doctor-detail").textContent).toBe("gateway.profile.md5_output = upper_hex");
    expect(document.activeElement).toBe(byId("doctor-save"));
    await click("doctor-save");
    expect(commands()).toEqual([["saveProfile"]]);
    await report(WELL);
    expect(state()).toBe("well");
    expect(byId("doctor-summary").textContent).toContain("The profile is saved.");
  });

  it("offers no other profile where that would change nothing", async () => {
    await openSettings();
    await click("doctor-check");
    await report(OFFLINE_REPORT);
    expect(screen.queryByTestId("doctor-search")).toBeNull();
  });

  it("is stopped by its button, by Esc and by leaving, and is not heard any more", async () => {
    await openSettings();
    await click("doctor-check");
    await click("doctor-stop");
    expect(state()).toBe("stopped");
    await report(WELL);
    expect(state()).toBe("stopped");
    await click("doctor-check");
    desk.back();
    await settle();
    expect([desk.page, state()]).toEqual(["settings", "stopped"]);
    await click("doctor-check");
    await click("settings-close");
    // Each by its own number: an end that comes late must not end the examination after it.
    const visits = examinations.map(({ visit }) => visit);
    expect(new Set(visits).size).toBe(3);
    expect(commands()).toEqual(visits.map((visit) => ["stopExamining", visit]));
    expect(desk.page).toBe("goods");
  });

  it("says when there is no report, or nothing was kept", async () => {
    await openSettings("en");
    await click("doctor-check");
    examinations[0]!.end({ status: "error", error: { code: "took_too_long" } });
    await settle();
    expect(byId("doctor-summary").textContent).toContain("too slowly");
    refusals.set("saveProfile", { code: "not_saved", problem: "disk_full" });
    await click("doctor-check");
    await report(FOUND_REPORT);
    await click("doctor-save");
    expect(state()).toBe("not_saved");
    expect(byId("doctor-summary").textContent).toContain("the disk is full");
  });

  it("is offered where the gateway refused a signature, and not where it refused something else", async () => {
    const refused = (gateway_code: string) =>
      payingView({
        ...PAYMENTS.void!,
        reason: { code: "rejected", gateway_code, message: "sign error" },
      });
    desk.accept({ kind: "view", view: refused("2000") });
    render(App, { props: { desk } });
    await click("open-doctor");
    expect(byId("doctor")).not.toBeNull();
    desk.accept({ kind: "view", view: { ...refused("3002"), revision: 9 } });
    await settle();
    expect(screen.queryByTestId("open-doctor")).toBeNull();
    expect(asked.filter(([name]) => name === "settings").length).toBe(1);
  });
});

const ANSWER = { gateway_code: "2000", message: "" };
const NO_ANSWERS = [
  { code: "cannot_be_made" },
  { code: "cannot_be_signed" },
  { code: "name_not_found" },
  { code: "no_connection" },
  { code: "not_trusted" },
  { code: "timed_out" },
  { code: "connection_broke" },
  { code: "http_status", status: 502 },
  { code: "redirected" },
  { code: "not_a_gateway" },
] as const;
const SECRET_PROBLEMS = [
  { code: "keychain_refused" },
  { code: "exposed", path: "/p" },
  { code: "file_unreadable", path: "/p" },
  { code: "not_text" },
  { code: "control_character" },
  { code: "empty" },
  { code: "not_pem" },
  { code: "public_key" },
  { code: "encrypted" },
  { code: "key_unreadable" },
  { code: "key_size", bits: 512 },
  { code: "no_settings" },
] as const;
const PROBLEMS: ValueProblem[] = [
  { code: "no_such_choice" },
  { code: "empty" },
  { code: "too_long", chars: 33 },
  { code: "outer_space" },
  { code: "hidden_character" },
  { code: "not_a_till_number" },
  { code: "not_a_whole_number" },
  { code: "too_small" },
  { code: "too_large" },
  { code: "not_an_address" },
  { code: "address_insecure" },
  { code: "address_with_credentials" },
  { code: "address_with_query" },
  { code: "not_a_host", entry: "*" },
  { code: "not_a_promotion", entry: "3 for 3" },
  { code: "not_a_whole_path" },
];
const FINDINGS: Finding[] = [
  ...[WELL, FOUND_REPORT, OFFLINE_REPORT].flat().flatMap(({ finding }) =>
    // Its advice is the profile in the settings' own names.
    finding.code === "settings_complete" || finding.code === "profile_found" ? [] : [finding],
  ),
  { code: "mode_unknown" },
  { code: "setting_missing", key: "gateway.app_id" },
  ...PROBLEMS.map((problem): Finding => ({ code: "setting_bad", key: "gateway.app_id", problem })),
  { code: "settings_unreadable" },
  { code: "secret_in_keychain", name: "app_secret" },
  { code: "secret_missing", name: "app_secret" },
  { code: "no_keychain" },
  { code: "keychain_silent" },
  { code: "keychain_locked" },
  ...SECRET_PROBLEMS.map((problem): Finding => ({ code: "secret_unusable", problem })),
  { code: "secret_not_looked_for" },
  { code: "proxy", variables: ["HTTPS_PROXY"] },
  { code: "name_not_needed", host: "127.0.0.1" },
  { code: "name_not_found", host: "pay.example" },
  { code: "name_not_asked" },
  ...(["refused", "timed_out", "unreachable", "failed"] as const).map((reason): Finding => ({
    code: "not_connected",
    reason,
  })),
  { code: "tls_not_used", http_status: 404 },
  { code: "tls_not_trusted" },
  ...NO_ANSWERS.map((reason): Finding => ({ code: "tls_no_answer", reason })),
  { code: "clock_compared", ahead_s: 7200 },
  { code: "clock_compared", ahead_s: 0 },
  { code: "clock_no_date" },
  { code: "app_id_refused", ...ANSWER },
  { code: "not_enabled", ...ANSWER },
  { code: "signature_cannot_tell" },
  { code: "signature_unclear", path: "/pay/check", ...ANSWER },
  { code: "gateway_busy" },
  ...NO_ANSWERS.map((reason): Finding => ({ code: "signature_no_answer", reason })),
  { code: "profile_none", tried: 7 },
  { code: "profile_search_stopped", tried: 2, because: { code: "gateway_busy" } },
  { code: "profile_not_searched" },
];
