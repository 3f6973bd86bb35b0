import { fireEvent, screen, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { RECEIPTS } from "../src/dev/scenes";
import { m } from "../src/shared/paraglide/messages.js";
import { asked, commands, refusals } from "./backend";
import { begin, byId, desk, open } from "./page";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

beforeEach(async () => {
  begin();
  await open();
});

describe("receipts", () => {
  const queries = () => asked.filter(([name]) => name === "receipts").map(([, query]) => query);

  it("are searched as one types, and by day", async () => {
    desk.toggle("receipts");
    await screen.findAllByTestId("receipt-row");
    await fireEvent.input(byId("receipt-search"), { target: { value: " 43.43 " } });
    await vi.waitFor(() => expect(queries().at(-1)).toEqual({ text: "43.43", day: null, offset: 0 }));
    await fireEvent.click(byId("receipt-day"));
    await vi.waitFor(() =>
      expect(queries().at(-1)).toMatchObject({ day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) }),
    );
  });

  it("come page by page, none twice", async () => {
    desk.toggle("receipts");
    await fireEvent.click(await screen.findByTestId("receipts-more"));
    await vi.waitFor(() => expect(queries().at(-1)).toMatchObject({ offset: RECEIPTS.length }));
    await vi.waitFor(() => expect(screen.queryByTestId("receipts-more")).toBe(null));
    expect(screen.getAllByTestId("receipt-row")).toHaveLength(RECEIPTS.length);
  });

  it("that cannot be read say so and can be asked for again", async () => {
    refusals.set("receipts", { code: "not_read" });
    desk.toggle("receipts");
    const problem = await screen.findByTestId("receipts-problem");
    expect(problem.textContent).toContain(m.error_not_read());
    refusals.clear();
    await fireEvent.click(within(problem).getByRole("button"));
    expect(await screen.findAllByTestId("receipt-row")).toHaveLength(RECEIPTS.length);
  });

  it("show all three amounts, and reverse only after a warning", async () => {
    desk.toggle("receipts");
    const rows = await screen.findAllByTestId("receipt-row");
    await fireEvent.click(rows[1]!);
    expect((await screen.findByTestId("receipt-total")).textContent).toBe("¥46.43");
    expect(byId("receipt-payable").textContent).toBe("¥43.43");
    expect(byId("receipt-paid").textContent).toBe("¥43.43");
    await fireEvent.click(rows[0]!);
    await fireEvent.click(await screen.findByTestId("receipt-reverse"));
    expect(commands()).toEqual([]);
    await fireEvent.click(byId("confirm-yes"));
    await vi.waitFor(() => expect(commands()).toEqual([["reverseOrder", RECEIPTS[0]!.order_id]]));
  });

  it("tell of all that was taken off, of who served and of the note", async () => {
    desk.toggle("receipts");
    const rows = await screen.findAllByTestId("receipt-row");
    const at = RECEIPTS.findIndex((row) => row.outcome === "partly_refunded");
    await fireEvent.click(rows[at]!);
    expect((await screen.findByTestId("receipt-subtotal")).textContent).toBe("¥53.30");
    expect(byId("receipt-promotion").textContent).toBe("−¥1.50");
    expect(byId("receipt-discount").textContent).toBe("−¥5.30");
    expect(byId("receipt-rounding").textContent).toBe("−¥0.07");
    expect(byId("receipt-waiters").textContent).toBe("W01 · W02");
    expect(byId("receipt-note").textContent).toBe("下午三点来取");
    await fireEvent.click(rows[1]!);
    await vi.waitFor(() => expect(screen.queryByTestId("receipt-subtotal")).toBeNull());
    expect(screen.queryByTestId("receipt-note")).toBeNull();
  });

  it("are gone into from the search field by an arrow, and walked by arrows", async () => {
    desk.toggle("receipts");
    const rows = await screen.findAllByTestId("receipt-row");
    byId("receipt-search").focus();
    await fireEvent.keyDown(byId("receipt-search"), { key: "ArrowDown" });
    expect(document.activeElement).toBe(rows[0]);
    await fireEvent.keyDown(rows[0]!, { key: "ArrowDown" });
    expect(document.activeElement).toBe(rows[1]);
  });

  it("go back one step at a time", async () => {
    desk.toggle("receipts");
    await fireEvent.click((await screen.findAllByTestId("receipt-row"))[0]!);
    desk.back();
    expect(desk.page).toBe("receipts");
    desk.back();
    expect(desk.page).toBe("goods");
  });
});
