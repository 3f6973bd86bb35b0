import { render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import App from "../src/cashier/App.svelte";
import { Desk } from "../src/cashier/desk.svelte";
import { sampleView } from "../src/dev/scenes";
import type { CashierView, Language } from "../src/shared/backend";
import { forget } from "./backend";

/** The desk of the test that runs. */
export let desk: Desk;

/** A desk that has been told nothing, before a shell that has been asked nothing. */
export function begin(): void {
  forget();
  desk = new Desk();
}

/** Tells the desk how things stand now. */
export function show(view: CashierView, language: Language = "zh-CN"): void {
  const till = { ...view.till, language };
  desk.accept({ kind: "view", view: { ...view, till, revision: (desk.view?.revision ?? 0) + 1 } });
}

/** Opens the cashier's page where things stand so. */
export async function open(view: CashierView = sampleView(), language: Language = "zh-CN"): Promise<void> {
  show(view, language);
  render(App, { props: { desk } });
  await tick();
}

export const byId = (id: string) => screen.getByTestId(id);
