import { examine, till } from "../../shared/backend/cashier";
import type {
  ChangeView,
  CheckName,
  CheckView,
  DoctorProgress,
  NoReport,
  ProfileView,
} from "../../shared/backend";
import type { SettingProblem } from "./setting-words";

/** All checks, in the order in which they are made. */
export const CHECKS: readonly CheckName[] = [
  "mode",
  "settings",
  "secret",
  "proxy",
  "name_lookup",
  "connection",
  "tls",
  "clock",
  "latency",
  "signature",
];

export interface Trying {
  number: number;
  of: number;
  profile: ProfileView;
}

type Doing = "nothing" | "checking" | "searching" | "saving";

/** One look of the doctor at the set-up, and the ones before it as far as they still matter. */
export class Visit {
  doing = $state<Doing>("nothing");
  checks = $state.raw<CheckView[]>([]);
  trying = $state.raw<Trying | null>(null);
  problem = $state.raw<NoReport | { code: "no_answer" } | null>(null);
  saveProblem = $state.raw<SettingProblem | null>(null);
  isSaved = $state(false);
  /** The examination whose news is heard. */
  #heard: number | null = null;

  get isUnderWay(): boolean {
    return this.doing === "checking" || this.doing === "searching";
  }

  /** The check that is being made now. */
  get next(): CheckName | null {
    if (!this.isUnderWay) return null;
    const afterwards = this.doing === "searching" ? "profile_search" : "signature";
    return CHECKS[this.checks.length] ?? afterwards;
  }

  get failed(): CheckView[] {
    return this.checks.filter((check) => check.outcome === "failed");
  }

  get warnings(): CheckView[] {
    return this.checks.filter((check) => check.outcome === "warning");
  }

  /** What a search has found and nobody has kept. */
  get found(): ChangeView[] | null {
    const finding = this.checks.find((check) => check.check === "profile_search")?.finding;
    return finding?.code === "profile_found" ? finding.changes : null;
  }

  /** Whether another way to sign may be what is missing, and was not looked for yet. */
  get canSearch(): boolean {
    const isSearched = this.checks.some((check) => check.check === "profile_search");
    const verdict = this.checks.find((check) => check.check === "signature")?.finding.code;
    return !isSearched && (verdict === "signature_refused" || verdict === "signature_unclear");
  }

  async check(): Promise<void> {
    this.isSaved = false;
    await this.#examine(false);
  }

  async search(): Promise<void> {
    this.isSaved = false;
    await this.#examine(true);
  }

  /** Keeps what was found, and checks again. */
  async save(): Promise<void> {
    this.doing = "saving";
    this.saveProblem = await refusalOf(till.saveProfile());
    this.doing = "nothing";
    if (this.saveProblem !== null) return;
    this.isSaved = true;
    await this.#examine(false);
  }

  /** Ends what is under way; what it was to bring is no longer heard. */
  stop(): void {
    const stopped = this.#heard;
    if (!this.isUnderWay || stopped === null) return;
    this.#heard = null;
    this.#end({ code: "stopped" });
    void refusalOf(till.stopExamining(stopped));
  }

  async #examine(search: boolean): Promise<void> {
    const asked = newNumber();
    this.#heard = asked;
    this.doing = search ? "searching" : "checking";
    this.checks = [];
    this.problem = null;
    this.saveProblem = null;
    const report = await reportOf(asked, search, (progress) => {
      if (asked === this.#heard) this.#hear(progress);
    });
    if (asked !== this.#heard) return;
    if (report.status === "ok") this.checks = report.data;
    this.#end(report.status === "ok" ? null : report.error);
  }

  #hear(progress: DoctorProgress): void {
    if (progress.kind === "checked") this.checks = [...this.checks, progress.check];
    else this.trying = progress;
  }

  #end(problem: NoReport | { code: "no_answer" } | null): void {
    this.problem = problem;
    this.trying = null;
    this.doing = "nothing";
  }
}

/** A number that no other examination has, nor one of this page before it was loaded again. */
function newNumber(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

async function reportOf(visit: number, search: boolean, onProgress: (progress: DoctorProgress) => void) {
  try {
    return await examine(visit, search, onProgress);
  } catch {
    return { status: "error" as const, error: { code: "no_answer" as const } };
  }
}

/** Why a change was not made; null when it was. Nothing is thrown. */
export async function refusalOf(
  command: Promise<{ status: "ok" } | { status: "error"; error: SettingProblem }>,
): Promise<SettingProblem | null> {
  try {
    const answer = await command;
    return answer.status === "ok" ? null : answer.error;
  } catch {
    return { code: "no_answer" };
  }
}
