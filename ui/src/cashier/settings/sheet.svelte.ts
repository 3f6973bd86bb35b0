import { till } from "../../shared/backend/cashier";
import type { SecretView, SettingView } from "../../shared/backend";
import type { SettingProblem } from "./setting-words";
import { refusalOf } from "./visit.svelte";

/** All settings as they are kept, and what is being made of them. */
export class SettingsSheet {
  settings = $state.raw<Map<string, SettingView>>(new Map());
  secrets = $state.raw<SecretView[] | null>(null);
  problem = $state.raw<SettingProblem | null>(null);
  /** The one that was kept last. */
  savedKey = $state<string | null>(null);
  #drafts = $state<Record<string, string>>({});
  #problems = $state.raw<Record<string, SettingProblem>>({});

  async read(): Promise<void> {
    const answer = await answered(till.settings());
    this.problem = answer.status === "ok" ? null : answer.error;
    if (answer.status === "ok") this.settings = new Map(answer.data.map((line) => [line.key, line]));
  }

  async lookForSecrets(): Promise<void> {
    const answer = await answered(till.secrets());
    if (answer.status === "ok") this.secrets = answer.data;
    else this.problem = answer.error;
  }

  kept(key: string): string {
    return this.settings.get(key)?.value ?? "";
  }

  /** What stands in the field: what was typed, else what is kept. */
  shown(key: string): string {
    return this.#drafts[key] ?? this.kept(key);
  }

  isChanged(key: string): boolean {
    return this.shown(key) !== this.kept(key);
  }

  problemOf(key: string): SettingProblem | null {
    return this.#problems[key] ?? null;
  }

  write(key: string, text: string): void {
    this.#drafts[key] = text;
    this.#forgetProblem(key);
    if (this.savedKey === key) this.savedKey = null;
  }

  /** Takes back what was typed but not kept; false where there is nothing to take back. */
  undo(key: string): boolean {
    const wasChanged = this.isChanged(key);
    delete this.#drafts[key];
    this.#forgetProblem(key);
    return wasChanged;
  }

  async save(key: string): Promise<void> {
    const text = this.shown(key);
    const problem = await refusalOf(till.setSetting(key, text));
    if (problem !== null) {
      this.#problems = { ...this.#problems, [key]: problem };
      return;
    }
    await this.read();
    // Typing went on meanwhile: that is not kept yet.
    if (this.#drafts[key] === text) delete this.#drafts[key];
    this.#forgetProblem(key);
    this.savedKey = key;
  }

  #forgetProblem(key: string): void {
    const { [key]: _, ...others } = this.#problems;
    this.#problems = others;
  }
}

async function answered<T>(
  command: Promise<{ status: "ok"; data: T } | { status: "error"; error: SettingProblem }>,
): Promise<{ status: "ok"; data: T } | { status: "error"; error: SettingProblem }> {
  try {
    return await command;
  } catch {
    return { status: "error", error: { code: "no_answer" } };
  }
}
