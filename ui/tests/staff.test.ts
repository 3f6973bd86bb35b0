import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import App from "../src/cashier/App.svelte";
import { PAYMENTS, payingView, RECEIPTS, sampleView } from "../src/dev/scenes";
import { loggedIn, LOCKED } from "../src/dev/staff-scenes";
import type { CashierRow, Language } from "../src/shared/backend";
import { expectAccessible } from "./accessibility";
import { asked, commands, refusals } from "./backend";
import { begin, byId, desk, open, show } from "./page";
import { m } from "../src/shared/paraglide/messages.js";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

beforeEach(begin);

const lock = () => desk.accept({ kind: "staff", staff: LOCKED });
const logIn = (role: CashierRow["role"]) => desk.accept({ kind: "staff", staff: loggedIn(role) });
const type = (id: string, value: string) => fireEvent.input(byId(id), { target: { value } });
const press = (key: string, changes = {}) =>
  desk.press({ key, code: key, ctrl: false, shift: false, alt: false, meta: false, ...changes });

async function openLocked(language?: Language): Promise<void> {
  show(sampleView(), language);
  lock();
  render(App, { props: { desk } });
  await screen.findByTestId("pin-form");
}

describe.each(["zh-CN", "en"] as const)("in %s", (language) => {
  it("the lock, the approval, the people and the log are accessible", async () => {
    await openLocked(language);
    await expectAccessible();
    logIn("installer");
    await tick();
    desk.open({ kind: "approval", act: "refund", number: 4 });
    await screen.findByTestId("pin-form");
    await expectAccessible();
    desk.close();
    desk.act("settings");
    await fireEvent.click(await screen.findByTestId("settings-tab-staff"));
    await fireEvent.click(await screen.findByTestId("staff-add"));
    await expectAccessible();
    await fireEvent.click(byId("settings-tab-audit"));
    await screen.findByTestId("audit-3");
    expect(document.body.textContent).not.toContain("undefined");
    await expectAccessible();
  });
});

describe("a locked till", () => {
  it("shows nothing of the cart, and takes no key for the till", async () => {
    await openLocked();
    expect(screen.queryByTestId("goods")).toBe(null);
    expect(document.body.textContent).not.toContain(sampleView().cart.lines[0]!.title);
    for (const key of ["F12", "F7", "F10", "Delete", "F2"]) expect(press(key)).toBe(false);
    expect(desk.dialog).toBe(null);
    expect(commands()).toEqual([]);
  });

  it("takes no scan, and says so each time", async () => {
    await openLocked();
    desk.scan("6921168509256");
    desk.scanBroke("too_long");
    await tick();
    expect(byId("lock-missed").textContent).toContain("2");
    expect(commands()).toEqual([["scanBroke"], ["scanBroke"]]);
    logIn("cashier");
    await tick();
    desk.scan("6921168509256");
    await vi.waitFor(() => expect(commands().at(-1)).toEqual(["scan", "6921168509256", 1]));
  });

  it("is opened by the PIN of who is chosen, which is kept no longer than until it is sent", async () => {
    await openLocked();
    await fireEvent.click(byId("pin-who-2001"));
    await type("pin-input", "2468");
    await fireEvent.submit(byId("pin-form"));
    expect((byId("pin-input") as HTMLInputElement).value).toBe("");
    expect(asked.at(-1)).toEqual(["logIn", "2001", "2468"]);
    logIn("supervisor");
    await tick();
    expect(byId("cashier-name").textContent).toBe("刘强");
    expect(screen.queryByTestId("lock-screen")).toBe(null);
  });

  it("is opened by touch alone", async () => {
    await openLocked();
    for (const id of ["1", "9", "pin-back", "0", "5", "7"])
      await fireEvent.click(byId(id.startsWith("pin") ? id : `pin-${id}`));
    await fireEvent.click(byId("pin-ok"));
    expect(asked.at(-1)).toEqual(["logIn", "1001", "1057"]);
  });

  it("says what is wrong with a PIN and for how long to wait", async () => {
    await openLocked();
    refusals.set("logIn", { code: "pin_too_soon", wait_s: 20 });
    await type("pin-input", "1111");
    await fireEvent.submit(byId("pin-form"));
    expect((await screen.findByTestId("pin-problem")).textContent).toContain("20");
    expect(document.activeElement).toBe(byId("pin-input"));
  });

  it("says that a payment goes on, and shows how it ended once somebody is there", async () => {
    show(payingView(PAYMENTS.awaiting!));
    lock();
    render(App, { props: { desk } });
    await screen.findByTestId("lock-paying");
    logIn("cashier");
    await tick();
    expect(screen.queryByTestId("lock-screen")).toBe(null);
    expect(byId("payment-panel")).toBeTruthy();
  });

  it("puts away what was open when it was locked", async () => {
    await open();
    logIn("cashier");
    desk.open({ kind: "help" });
    desk.entryText = "茶";
    lock();
    await tick();
    expect(desk.dialog).toBe(null);
    expect(desk.entryText).toBe("");
    expect(byId("lock-screen")).toBeTruthy();
  });
});

describe("locking", () => {
  it("is asked for by Ctrl+L and by touch, where somebody is logged in", async () => {
    await open();
    const ctrlL = { code: "KeyL", ctrl: true };
    expect(screen.queryByTestId("lock")).toBe(null);
    press("l", ctrlL);
    expect(commands()).toEqual([]);
    logIn("cashier");
    await tick();
    press("l", ctrlL);
    await fireEvent.click(byId("lock"));
    const locks = commands().filter((command) => (command as string[])[0] === "lockTill");
    expect(locks).toHaveLength(2);
  });

  it("does not come by itself while somebody types: the till is told, and not with every key", async () => {
    await open();
    press("ArrowUp");
    expect(commands()).toEqual([]);
    logIn("cashier");
    press("ArrowUp");
    press("ArrowDown");
    expect(commands()).toEqual([["stir"]]);
  });
});

describe("an approval", () => {
  async function askForRefund(): Promise<void> {
    await open();
    logIn("cashier");
    desk.openReceipt(RECEIPTS.find((row) => row.outcome === "paid")!.order_id);
    await fireEvent.click(await screen.findByTestId("receipt-refund-open"));
    refusals.set("refund", { code: "approval_needed", act: "refund", number: 7 });
    expect(screen.queryByTestId("word-by-input")).toBe(null);
    await type("word-why-input", "破损");
    await fireEvent.submit(byId("refund-dialog").querySelector("form")!);
    await screen.findByTestId("pin-form");
  }

  it("is asked for in the place of the dialog, of those who may, and names what was asked for by number", async () => {
    await askForRefund();
    expect(byId("approval-dialog")).toBeTruthy();
    expect(screen.queryByTestId("pin-who-1001")).toBe(null);
    await fireEvent.click(byId("pin-who-9001"));
    await type("pin-input", "4321");
    await fireEvent.submit(byId("pin-form"));
    expect(asked.at(-1)).toEqual(["approve", 7, "9001", "4321"]);
    await vi.waitFor(() => expect(desk.dialog).toBe(null));
  });

  it("stays open after a wrong PIN, and goes with what the till says of the act itself", async () => {
    await askForRefund();
    refusals.set("approve", { code: "wrong_pin" });
    await fireEvent.submit(byId("pin-form"));
    await screen.findByTestId("pin-problem");
    refusals.set("approve", { code: "not_now" });
    await fireEvent.submit(byId("pin-form"));
    await vi.waitFor(() => expect(desk.dialog).toBe(null));
  });

  it("is asked for anew, and says so, where the goods have changed", async () => {
    await askForRefund();
    refusals.set("approve", { code: "approval_needed", act: "refund", number: 9 });
    await type("pin-input", "4321");
    await fireEvent.submit(byId("pin-form"));
    await vi.waitFor(() => expect(desk.dialog).toMatchObject({ kind: "approval", number: 9 }));
    expect(desk.notices.toasts.map((toast) => toast.words())).toEqual([m.approval_again()]);
  });

  it("is asked for a payment too, which can be asked for again when nobody came", async () => {
    await open();
    logIn("cashier");
    for (const [way, ask] of [
      ["charge", "charge"],
      ["wantCode", "code"],
    ] as const) {
      refusals.set(way, { code: "approval_needed", act: "discount_above_limit", number: 8 });
      for (let time = 1; time <= 2; time += 1) {
        desk.act(ask);
        await vi.waitFor(() => expect(desk.dialog?.kind).toBe("approval"));
        desk.close();
      }
      expect(desk.charging).toBe(false);
    }
  });

  it("is not answered by a scan", async () => {
    await askForRefund();
    desk.scan("6921168509256");
    await tick();
    expect((byId("pin-input") as HTMLInputElement).value).toBe("");
    expect(asked.some(([name]) => name === "approve")).toBe(false);
    expect(byId("approval-dialog")).toBeTruthy();
  });
});

describe("the people's page", () => {
  async function openPeople(): Promise<void> {
    await open();
    logIn("installer");
    desk.act("settings");
    await fireEvent.click(await screen.findByTestId("settings-tab-staff"));
    await screen.findByTestId("staff-1001");
  }

  it("adds somebody", async () => {
    await openPeople();
    await fireEvent.click(byId("staff-add"));
    await type("staff-id-input", " 1002 ");
    await type("staff-name-input", "赵敏");
    await fireEvent.click(byId("staff-role-supervisor"));
    await type("staff-pin-input", "8642");
    // Twice, since the first takes its time.
    void fireEvent.submit(byId("staff-form"));
    await fireEvent.submit(byId("staff-form"));
    const sent = commands() as string[][];
    expect(sent.filter(([name]) => name === "addCashier")).toEqual([
      ["addCashier", "1002", "赵敏", "supervisor", "8642"],
    ]);
    await vi.waitFor(() => expect(screen.queryByTestId("staff-form")).toBe(null));
  });

  it("changes somebody, and the PIN only where one was typed", async () => {
    await openPeople();
    await fireEvent.click(byId("staff-edit-1001"));
    await type("staff-name-input", "王小芳");
    await fireEvent.submit(byId("staff-form"));
    await vi.waitFor(() => expect(screen.queryByTestId("staff-form")).toBe(null));
    expect(commands().at(-1)).toEqual(["changeCashier", "1001", "王小芳", "cashier", true]);
    await fireEvent.click(byId("staff-turn-1001"));
    await vi.waitFor(() =>
      expect(commands().at(-1)).toEqual(["changeCashier", "1001", "王芳", "cashier", false]),
    );
  });

  it("says why not, and keeps the form", async () => {
    await openPeople();
    refusals.set("addCashier", { code: "pin_unfit" });
    await fireEvent.click(byId("staff-add"));
    await fireEvent.submit(byId("staff-form"));
    expect((await screen.findByTestId("staff-problem")).textContent).not.toBe("");
    expect(byId("staff-form")).toBeTruthy();
  });

  it("reads the log on, page by page", async () => {
    await openPeople();
    await fireEvent.click(byId("settings-tab-audit"));
    await screen.findByTestId("audit-3");
    expect(byId("audit-3").textContent).toContain("2001");
    await fireEvent.click(byId("audit-more"));
    await vi.waitFor(() => expect(asked.at(-1)).toEqual(["auditLog", 1]));
  });
});
