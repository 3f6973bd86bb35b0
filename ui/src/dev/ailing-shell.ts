import { asked } from "./stage";

/** What there is of each where there is nothing of it. */
const NOTHING: Record<string, unknown> = {
  receipts: { rows: [], more: false },
  heldCarts: [],
  auditLog: { lines: [], more: false },
  categories: [],
  quickKeys: [],
};

const named = (word: string) => (asked.get(word) ?? "").split(" ").filter((name) => name !== "");

/**
 * The commands named in `?fails=receipts+heldCarts` answer nothing of use, those in `?waits=` never answer, and those in
 * `?none=` have nothing to tell: so each view is seen empty, loading and failed.
 */
export function ailing<Shell extends object>(shell: Shell): Shell {
  const command = (names: string[], answer: (name: string) => Promise<unknown>) =>
    Object.fromEntries(names.map((name) => [name, () => answer(name)]));
  return {
    ...shell,
    ...command(named("fails"), () => Promise.reject(new Error("pretended"))),
    ...command(named("waits"), () => new Promise(() => {})),
    ...command(named("none"), (name) => Promise.resolve({ status: "ok", data: NOTHING[name] })),
  };
}
