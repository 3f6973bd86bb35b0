import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import App from "../src/cashier/App.svelte";
import { Desk } from "../src/cashier/desk.svelte";
import { sampleCart, sampleLines, sampleView } from "../src/dev/scenes";
import type { Language, ReconcileProblem, ReconcileView } from "../src/shared/backend";
import { expectAccessible } from "./accessibility";
import { commands, forget } from "./backend";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

// D8: a till whose data was restored or copied, until it was compared with the gateway's orders.

const PROBLEMS: ReconcileProblem[] = [
  { code: "gateway_silent" },
  { code: "rejected", gateway_code: "3003", message: "no such app" },
  { code: "list_incomplete" },
  { code: "secret_unavailable" },
  { code: "setup_incomplete", key: "gateway.app_id" },
  { code: "not_saved", problem: "disk_full" },
];

let desk: Desk;

beforeEach(() => {
  forget();
  desk = new Desk();
});

function show(reconcile: ReconcileView | null, language: Language): void {
  const cart = { ...sampleCart(sampleLines()), can_charge: reconcile === null };
  const view = sampleView({ reconcile, cart, revision: (desk.view?.revision ?? 0) + 1 });
  desk.accept({ kind: "view", view: { ...view, till: { ...view.till, language } } });
}

const byId = (id: string) => screen.getByTestId(id);
const marked = (problem: ReconcileProblem | null, is_copy = false, can_pass = false) => ({
  is_copy,
  recorded: 2,
  problem,
  can_pass,
});

describe.each(["zh-CN", "en"] as const)("in %s", (language) => {
  it("says why nothing can be charged, and what stands in the way", async () => {
    show(marked(null), language);
    render(App, { props: { desk } });
    const told = new Set<string>();
    for (const problem of [null, ...PROBLEMS])
      for (const is_copy of [false, true]) {
        show(marked(problem, is_copy), language);
        await tick();
        expect(byId("reconcile").dataset.problem).toBe(problem?.code ?? "");
        expect(byId("reconcile").textContent).toContain("2");
        told.add(byId("reconcile").textContent ?? "");
      }
    expect(told.size).toBe(14);
    expect(byId("charge-reason").textContent).not.toBe("");
    expect((byId("charge") as HTMLButtonElement).disabled).toBe(true);
    await expectAccessible();
  });

  it("sends no charge, takes scans, and checks again when asked", async () => {
    show(marked({ code: "gateway_silent" }), language);
    render(App, { props: { desk } });
    desk.charge();
    desk.scan("6921168509256");
    await fireEvent.click(byId("check-again"));
    await vi.waitFor(() => expect(commands()).toHaveLength(2));
    expect(commands()).toContainEqual(["checkAgain"]);
    expect(commands()).toContainEqual(["scan", "6921168509256", 1]);
  });

  it("lets a supervisor answer for what cannot be read, by name and reason", async () => {
    show(marked({ code: "list_incomplete" }), language);
    render(App, { props: { desk } });
    expect(screen.queryByTestId("pass-list")).toBe(null);
    show(marked({ code: "list_incomplete" }, false, true), language);
    await tick();
    await fireEvent.click(byId("pass-list"));
    await fireEvent.input(byId("word-by-input"), { target: { value: "王店长" } });
    await fireEvent.input(byId("word-why-input"), { target: { value: "总部已核对" } });
    await expectAccessible();
    await fireEvent.click(byId("dialog-ok"));
    await vi.waitFor(() => expect(commands()).toEqual([["passList", "王店长", "总部已核对"]]));
  });

  it("tells the end of it and charges again", async () => {
    show(marked(null), language);
    render(App, { props: { desk } });
    show(null, language);
    for (const [id, recorded] of [
      [1, 0],
      [2, 3],
    ] as const) {
      const revision = (desk.view?.revision ?? 0) + 1;
      const notice = { id, notice: { code: "reconciled", recorded } } as const;
      desk.accept({ kind: "view", view: { ...desk.view!, revision, notice } });
    }
    await tick();
    expect(screen.queryByTestId("reconcile")).toBe(null);
    expect(screen.getAllByTestId("toast").at(-1)!.textContent).toContain("3");
    desk.charge();
    await vi.waitFor(() => expect(commands()).toEqual([["charge"]]));
  });
});
