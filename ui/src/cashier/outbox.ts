import type { TillError } from "../shared/backend";

/** More than a scanner can send while a disk hangs for seconds; beyond that it is better to say so. */
const MOST_WAITING = 256;

export type CommandResult = { status: "ok"; data: unknown } | { status: "error"; error: TillError };
export type Command = () => Promise<CommandResult>;
export type OutboxProblem = TillError | { code: "no_answer" };

/** Sends what changes the cart one after the other, so that nothing overtakes: a charge follows the scans before it. */
export class Outbox {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** Answers false when too much waits already; then nothing was taken. */
  send(command: Command, onProblem: (problem: OutboxProblem) => void, onDone?: () => void): boolean {
    if (this.#waiting >= MOST_WAITING) return false;
    this.#waiting += 1;
    this.#last = this.#last.then(async () => {
      const problem = await problemOf(command);
      this.#waiting -= 1;
      if (problem === null) onDone?.();
      else onProblem(problem);
    });
    return true;
  }
}

/** Runs a command that need not wait for others. Nothing is thrown. */
export async function problemOf(command: Command): Promise<OutboxProblem | null> {
  try {
    const result = await command();
    return result.status === "ok" ? null : result.error;
  } catch {
    return { code: "no_answer" };
  }
}
