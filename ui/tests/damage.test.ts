import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import App from "../src/cashier/App.svelte";
import { Desk } from "../src/cashier/desk.svelte";
import { RECEIPTS, sampleView } from "../src/dev/scenes";
import type { Language, StartProblem } from "../src/shared/backend";
import { expectAccessible } from "./accessibility";
import { commands, damage, forget, refusals } from "./backend";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

// D6: data that are damaged can be looked at, nothing is sold, and a backup can take their place.

const BACKUP = { can_read: true, backup_day: "2026-11-22", backup_time: "13:00:00" };

let desk: Desk;

beforeEach(() => {
  forget();
  refusals.clear();
  damage.current = BACKUP;
  desk = new Desk();
});

async function shut(language: Language, code: "database_damaged" | "database_newer" = "database_damaged") {
  const problem: StartProblem = { code };
  desk.accept({ kind: "cannot_start", problem, language });
  render(App, { props: { desk } });
  await tick();
}

const byId = (id: string) => screen.getByTestId(id);
const has = (id: string) => screen.queryByTestId(id) !== null;

describe.each(["zh-CN", "en"] as const)("in %s", (language) => {
  it("offers the newest backup and the receipts, and is accessible", async () => {
    await shut(language);
    expect((await screen.findByTestId("damage-backup")).textContent).toContain("2026-11-22 13:00:00");
    await expectAccessible();
    await fireEvent.click(byId("damage-receipts"));
    expect(byId("read-only").textContent).not.toBe("");
    const rows = await screen.findAllByTestId("receipt-row");
    await fireEvent.click(rows[RECEIPTS.findIndex((row) => row.refund_due)]!);
    expect(await screen.findByTestId("receipt-detail")).toBeTruthy();
    expect(has("receipt-ask-now") || has("receipt-settle-refund")).toBe(false);
    await expectAccessible();
    const press = (key: string) =>
      desk.press({ key, code: key, ctrl: false, shift: false, alt: false, meta: false });
    expect([press("F12"), press("F7")]).toEqual([false, false]);
    while (desk.page === "receipts") press("Escape");
    await fireEvent.click(await screen.findByTestId("damage-receipts"));
    expect(press("Escape")).toBe(true);
    expect(await screen.findByTestId("damage-restore")).toBeTruthy();
    expect(press("Escape")).toBe(false);
  });

  it("asks before it restores, says why it could not, and opens when it could", async () => {
    await shut(language);
    await fireEvent.click(await screen.findByTestId("damage-restore"));
    await fireEvent.click(byId("damage-restore-no"));
    expect(commands()).toEqual([["damage"]]);
    refusals.set("restoreBackup", { code: "nothing_restored" });
    await fireEvent.click(byId("damage-restore"));
    await fireEvent.click(byId("damage-restore-yes"));
    expect((await screen.findByTestId("damage-problem")).textContent).not.toBe("");
    refusals.clear();
    await fireEvent.click(byId("damage-restore"));
    await fireEvent.click(byId("damage-restore-yes"));
    expect(await screen.findByTestId("damage-restoring")).toBeTruthy();
    desk.accept({ kind: "view", view: sampleView() });
    await tick();
    expect(has("cannot-start")).toBe(false);
  });
});

it("offers only what can be had", async () => {
  damage.current = { can_read: false, backup_day: null, backup_time: null };
  await shut("zh-CN");
  expect(await screen.findByTestId("damage-no-backup")).toBeTruthy();
  expect(has("damage-restore") || has("damage-receipts")).toBe(false);
});

it("asks nothing where the data are not what is wrong", async () => {
  await shut("zh-CN", "database_newer");
  await new Promise((after) => setTimeout(after));
  expect(commands()).toEqual([]);
});
