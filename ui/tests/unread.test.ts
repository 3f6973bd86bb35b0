import { fireEvent, screen } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Action } from "../src/cashier/keymap";
import { RECEIPTS, sampleView } from "../src/dev/scenes";
import { m } from "../src/shared/paraglide/messages.js";
import { expectAccessible } from "./accessibility";
import { till } from "./backend";
import { begin, byId, desk, open } from "./page";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

interface View {
  /** Names the question that is asked of the till. */
  command: string;
  action: Action;
  /** What is pressed after that. */
  press?: string;
  /** Where it is told that nothing could be read, and the button beside it. */
  told: string;
  again: string;
  /** What is shown once it could. */
  shown: string;
}

const settings = (tab: string) => ({ action: "settings", press: `settings-tab-${tab}` }) as const;
const page = { again: "page-again" };
const VIEWS: Record<string, View> = {
  receipts: {
    command: "receipts",
    action: "receipts",
    told: "receipts-problem",
    again: "receipts-problem-again",
    shown: "receipt-row",
  },
  held: {
    command: "heldCarts",
    action: "resume",
    told: "held-unread",
    again: "held-unread-again",
    shown: "held-row",
  },
  quick: {
    command: "quickKeys",
    action: "quick_keys",
    told: "quick-words",
    again: "quick-again",
    shown: "quick-key",
  },
  settings: { command: "settings", ...settings("shop"), ...page, told: "settings-problem", shown: "setting" },
  display: {
    command: "displays",
    ...settings("display"),
    ...page,
    told: "settings-problem",
    shown: "display-automatic",
  },
  goods: {
    command: "goodsFolder",
    ...settings("goods"),
    ...page,
    told: "goods-problem",
    shown: "goods-file",
  },
  staff: { command: "cashiers", ...settings("staff"), ...page, told: "staff-problem", shown: "staff-add" },
  audit: { command: "auditLog", ...settings("audit"), ...page, told: "audit-problem", shown: "audit-more" },
};

const shell = till as unknown as Record<string, () => Promise<unknown>>;

async function go({ action, press }: View): Promise<void> {
  await open({ ...sampleView(), held_count: 2 });
  desk.act(action);
  if (press !== undefined) await fireEvent.click(await screen.findByTestId(press));
}

beforeEach(() => {
  begin();
  vi.restoreAllMocks();
  localStorage.clear();
});

describe.each(Object.entries(VIEWS))("%s", (_, view) => {
  it("that could not be read say so, that nothing changed, and are read again", async () => {
    const dead = vi.spyOn(shell, view.command).mockRejectedValue(new Error("nobody is there"));
    await go(view);
    await vi.waitFor(() => expect(byId(view.told).textContent).toContain(m.error_not_read()));
    await expectAccessible();
    dead.mockRestore();
    await fireEvent.click(byId(view.again));
    await vi.waitFor(() => {
      const found = document.querySelectorAll(
        `[data-testid="${view.shown}"], [data-testid^="${view.shown}-"]`,
      );
      expect(found.length).toBeGreaterThan(0);
      expect(screen.queryByTestId(view.again)).toBe(null);
    });
  });

  it("that are being read say so, and nothing of what there may be", async () => {
    vi.spyOn(shell, view.command).mockReturnValue(new Promise(() => {}));
    await go(view);
    await vi.waitFor(() => {
      const said = screen.getAllByRole("status").map((status) => status.textContent.trim());
      expect(said.some((words) => words === m.receipts_loading() || words === m.search_asking())).toBe(true);
    });
    for (const words of [m.receipts_none(), m.held_none(), m.audit_none(), m.staff_none()])
      expect(document.body.textContent).not.toContain(words);
    expect(document.body.textContent).not.toContain(m.quick_none({ key: "Ctrl+K" }));
  });
});

it("one receipt that could not be read leads back to the list, and is read again", async () => {
  vi.spyOn(shell, "receipt").mockRejectedValueOnce(new Error("nobody is there"));
  await open();
  desk.act("receipts");
  const rows = await screen.findAllByTestId("receipt-row");
  await fireEvent.click(rows[1]!);
  expect((await screen.findByTestId("receipt-problem")).textContent).toContain(m.error_not_read());
  expect(byId("receipt-back").textContent).toContain(m.receipts_back());
  await fireEvent.click(byId("receipt-problem-again"));
  expect((await screen.findByTestId("receipt-detail")).dataset.orderId).toBe(RECEIPTS[1]!.order_id);
  await fireEvent.click(byId("receipt-back"));
  await vi.waitFor(() => expect(screen.queryByTestId("receipt-detail")).toBe(null));
});
