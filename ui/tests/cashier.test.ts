import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import App from "../src/cashier/App.svelte";
import type { Dialog } from "../src/cashier/desk.svelte";
import {
  PAYMENTS,
  payingView,
  RECEIPTS,
  sampleCart,
  sampleLines,
  sampleView,
  UNKNOWN_LINE,
} from "../src/dev/scenes";
import type { Language, StartProblem } from "../src/shared/backend";
import { m } from "../src/shared/paraglide/messages.js";
import { expectAccessible } from "./accessibility";
import { commands, refusals } from "./backend";
import { begin, byId, desk, open, show } from "./page";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

const LANGUAGES: Language[] = ["zh-CN", "en"];
const HAN = /[\u3400-\u9fff]/;

beforeEach(begin);

/** Our own words on screen, without what comes from shops, goods and gateways. */
function ourWords(): string {
  const page = document.body.cloneNode(true) as HTMLElement;
  const foreign =
    ".shop h1, .cashier, [data-testid=cashier-id], [data-testid=language], [data-testid^=line-title], .title, .last, [data-testid=dialog-goods]";
  page.querySelectorAll(foreign).forEach((element) => element.remove());
  page.querySelectorAll("[data-testid=payment-message]").forEach((element) => {
    element.textContent = element.textContent?.replace("签名错误", "") ?? "";
  });
  const labels = [...page.querySelectorAll("[aria-label]")].map(
    (element) => element.getAttribute("aria-label") ?? "",
  );
  return [
    page.textContent,
    ...labels.filter((label) => !sampleLines().some(({ title }) => label.includes(title ?? ""))),
  ].join(" ");
}

describe.each(LANGUAGES)("in %s", (language) => {
  it.each(Object.entries(PAYMENTS))("the payment panel %s tells its state", async (_, payment) => {
    await open(payingView(payment, { customer_display: "shared_monitor" }), language);
    expect(byId("payment-panel").dataset.stage).toBe(payment.stage);
    expect(within(byId("payment-panel")).getByRole("heading").textContent?.trim()).not.toBe("");
    expect(screen.queryByTestId("qr") !== null).toBe(payment.qr !== null);
    expect(screen.queryByTestId("ask-now") !== null).toBe(payment.can_ask);
    expect(screen.queryByTestId("cancel-payment") !== null).toBe(payment.can_cancel);
    expect(screen.queryByTestId("reverse-order") !== null).toBe(payment.can_reverse);
    // Whatever is not plain waiting says what it means for the money.
    const isPlain =
      payment.stage === "paid" ||
      (payment.stage === "awaiting" && payment.way === "qr" && !payment.offline && !payment.declined);
    expect(byId("payment-message").textContent?.trim() === "").toBe(isPlain);
    // With large text its words are longer than it is high: they are reached and scrolled by keys.
    const details = within(byId("payment-panel")).getByRole("region", { name: m.payment_details() });
    details.focus();
    expect(document.activeElement).toBe(details);
    if (language === "en") expect(ourWords()).not.toMatch(HAN);
    await expectAccessible();
  });

  it.each([
    ["scanning", sampleView()],
    ["empty", sampleView({ cart: sampleCart([]), last_sale: null })],
    [
      "with an unknown code",
      sampleView({ cart: sampleCart([...sampleLines(), UNKNOWN_LINE]), unresolved_count: 2 }),
    ],
    [
      "in practice with everything amiss",
      sampleView({
        till: { ...sampleView().till, mode: "practice", insecure_secret: true, cashier_id: null },
        gateway: { link: "offline", round_trip_ms: null },
        customer_display: "closed",
      }),
    ],
  ])("the window %s is complete and accessible", async (_, view) => {
    await open(view, language);
    if (language === "en") expect(ourWords()).not.toMatch(HAN);
    await expectAccessible();
  });

  const dialogs: Dialog[] = [
    { kind: "quantity", line: sampleLines()[0]! },
    { kind: "price", line: UNKNOWN_LINE },
    { kind: "waiters" },
    { kind: "help" },
    { kind: "confirm_cancel" },
    { kind: "confirm_reverse", orderId: "1", amountFen: 4343 },
    { kind: "confirm_quit" },
    { kind: "word", about: "write_off", orderId: "1" },
    { kind: "word", about: "settle_refund", orderId: "1" },
  ];
  it.each(dialogs.map((dialog) => [dialog.kind, dialog] as const))(
    "the dialog %s is accessible",
    async (_, dialog) => {
      await open(sampleView(), language);
      desk.open(dialog);
      await tick();
      expect(screen.getByRole("dialog").contains(document.activeElement)).toBe(true);
      if (language === "en") expect(ourWords()).not.toMatch(HAN);
      await expectAccessible();
    },
  );

  const problems: StartProblem[] = [
    { code: "data_folder_in_use" },
    { code: "data_folder_unwritable", path: "/data" },
    { code: "database_newer" },
    { code: "database_damaged" },
    { code: "setting_invalid", key: "till.number" },
    { code: "part_failed" },
    { code: "stopped" },
  ];
  it.each(problems.map((problem) => [problem.code, problem] as const))(
    "%s keeps the till shut in words",
    async (code, problem) => {
      desk.accept({ kind: "cannot_start", problem, language });
      render(App, { props: { desk } });
      expect(byId("cannot-start").dataset.code).toBe(code);
      if (language === "en") expect(ourWords()).not.toMatch(HAN);
      await expectAccessible();
    },
  );

  it("the receipts and each of them are accessible", async () => {
    await open(sampleView(), language);
    desk.toggle("receipts");
    const rows = await screen.findAllByTestId("receipt-row");
    expect(rows).toHaveLength(RECEIPTS.length);
    await fireEvent.click(rows[0]!);
    await screen.findByTestId("receipt-detail");
    if (language === "en") expect(ourWords()).not.toMatch(HAN);
    await expectAccessible();
  });
});

describe("the language", () => {
  it("changes what is on screen without a reload", async () => {
    await open(sampleView());
    expect(byId("charge").textContent).toContain("收款");
    show(sampleView(), "en");
    await tick();
    expect(byId("charge").textContent).toContain("Charge");
    expect(document.documentElement.lang).toBe("en");
  });
});

describe("the goods list", () => {
  it("of 500 lines draws only those in sight", async () => {
    await open(sampleView({ cart: sampleCart(sampleLines(500)) }));
    expect(screen.getAllByTestId(/^line-\d+$/).length).toBeLessThan(40);
  });

  it("draws nothing again but the line that was scanned", async () => {
    await open(sampleView());
    const row = byId("line-3");
    const others = sampleLines()
      .map(({ id }) => id)
      .filter((id) => id !== 3 && id !== 6);
    const changes: MutationRecord[] = [];
    const watch = new MutationObserver((records) => changes.push(...records));
    for (const id of others)
      watch.observe(byId(`line-${id}`), {
        subtree: true,
        childList: true,
        characterData: true,
        attributes: true,
      });
    const lines = sampleLines().map((line) =>
      line.id === 3 ? { ...line, quantity: 3, amount_fen: 900 } : line,
    );
    show(sampleView({ cart: { ...sampleCart(lines), touched_line: 3, touches: 7 } }));
    await tick();
    await new Promise((after) => setTimeout(after, 0));
    watch.disconnect();
    expect(changes).toEqual([]);
    expect(byId("line-3")).toBe(row);
    expect(within(row).getByTestId("line-qty").textContent).toBe("3");
    expect(within(row).getByTestId("line-amount").textContent).toBe("9.00");
    expect(row.getAttribute("aria-current")).toBe("true");
  });

  it("keeps the focus with its line when rows come to show others, and drops it with the line", async () => {
    await open(sampleView({ cart: sampleCart(sampleLines(100)) }));
    const more = (line: string) => within(byId(line)).getByTestId("line-more");
    const scrollTo = async (row: number) => {
      byId("goods-list").scrollTop = row * 70;
      await fireEvent.scroll(byId("goods-list"));
      await tick();
    };
    await scrollTo(20);
    more("line-30").focus();
    await scrollTo(28);
    expect(document.activeElement).toBe(more("line-30"));
    await scrollTo(80);
    expect(screen.queryByTestId("line-30")).toBe(null);
    expect(document.activeElement).toBe(document.body);
  });

  it("offers to price or remove what it does not know, and refuses no wrong check digit", async () => {
    await open(sampleView({ cart: sampleCart([...sampleLines(), UNKNOWN_LINE]) }));
    expect(within(byId("line-99")).getByTestId("line-check-digit").textContent).toBe(m.check_digit_hint());
    expect(screen.getAllByTestId("line-check-digit")).toHaveLength(1);
    expect(byId("charge")).toHaveProperty("disabled", true);
    expect(byId("charge-reason").textContent?.trim()).not.toBe("");
    await fireEvent.click(byId("unknown-remove"));
    await vi.waitFor(() => expect(commands()).toEqual([["removeLine", 99]]));
    await fireEvent.click(byId("unknown-price"));
    await fireEvent.input(byId("price-input"), { target: { value: "3.5" } });
    await fireEvent.input(byId("name-input"), { target: { value: "本地馒头" } });
    await fireEvent.click(byId("dialog-ok"));
    await vi.waitFor(() => expect(commands().at(-1)).toEqual(["setPrice", 99, "3.5", "本地馒头"]));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBe(null));
  });

  it("tells of held sales, and brings one back", async () => {
    const held = { pieces: 3, unknown_count: 0, total_fen: 1200, last: "可口可乐 300ml" };
    await open(sampleView({ cart: sampleCart([]), held_count: 2, held }));
    expect(byId("held").textContent).toMatch(/2.*3.*¥12\.00.*可口可乐 300ml/s);
    await fireEvent.click(byId("resume-cart"));
    await vi.waitFor(() => expect(byId("held-dialog")).not.toBe(null));
    desk.close();
    show(sampleView({ cart: { ...sampleCart(sampleLines()), locked: true }, held_count: 2, held }));
    await tick();
    expect(screen.queryByTestId("held")).toBe(null);
  });

  it("shows a foreign title as text", async () => {
    const lines = [{ ...sampleLines()[0]!, title: "<img src=x onerror=alert(1)>" }];
    await open(sampleView({ cart: sampleCart(lines) }));
    expect(within(byId("line-1")).getByTestId("line-title").textContent).toBe("<img src=x onerror=alert(1)>");
    expect(byId("line-1").querySelector("img")).toBe(null);
  });
});

describe("a dialog", () => {
  it("keeps a refused answer open, with the reason beside the field", async () => {
    await open(sampleView());
    refusals.set("setQuantity", { code: "quantity_out_of_range" });
    desk.act("quantity");
    await tick();
    await fireEvent.input(byId("quantity-input"), { target: { value: "10000" } });
    await fireEvent.click(byId("dialog-ok"));
    expect((await screen.findByTestId("quantity-input-problem")).textContent).toContain("9,999");
    expect(commands()).toEqual([["setQuantity", 6, 10000]]);
    expect(screen.getByRole("dialog")).toBeTruthy();
  });

  it("keeps the focus inside and gives it back", async () => {
    await open(sampleView());
    byId("entry").focus();
    desk.act("help");
    await tick();
    const inside = screen.getByRole("dialog");
    await fireEvent.keyDown(document.activeElement ?? inside, { key: "Tab" });
    expect(inside.contains(document.activeElement)).toBe(true);
    desk.close();
    await tick();
    await tick();
    expect(document.activeElement).toBe(byId("entry"));
  });

  it("asks before it cancels a payment, with the safe answer first", async () => {
    await open(payingView(PAYMENTS.awaiting!));
    await fireEvent.click(byId("cancel-payment"));
    expect(document.activeElement).toBe(byId("confirm-no"));
    await fireEvent.click(byId("confirm-yes"));
    await vi.waitFor(() => expect(commands()).toEqual([["cancelPayment"]]));
  });
});

describe("the payment panel", () => {
  it("keeps total, discount and payable apart", async () => {
    await open(payingView(PAYMENTS.awaiting!));
    expect(byId("payment-total").textContent).toBe("¥46.43");
    expect(byId("payment-discount").textContent).toBe("−¥3.00");
    expect(byId("payment-amount").textContent).toBe("¥43.43");
    expect(byId("payment-remaining").textContent).toBe("4:37");
  });

  it("counts the time left by itself, and takes the till's word for it", async () => {
    vi.useFakeTimers();
    await open(payingView(PAYMENTS.awaiting!));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(byId("payment-remaining").textContent).toBe("4:34");
    const payment = { ...PAYMENTS.awaiting!, remaining_s: 100 };
    desk.accept({ kind: "view", view: payingView(payment, { revision: 9 }) });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(byId("payment-remaining").textContent).toBe("1:39");
    await vi.advanceTimersByTimeAsync(200_000);
    expect(byId("payment-remaining").textContent).toBe("0:00");
    vi.useRealTimers();
  });

  it("shows no QR any more once the time is over, though the till says nothing", async () => {
    vi.useFakeTimers();
    const last = { ...PAYMENTS.awaiting!, remaining_s: 2 };
    await open(payingView(last, { customer_display: "shared_monitor" }));
    await vi.advanceTimersByTimeAsync(1_500);
    expect(screen.queryByTestId("qr")).not.toBe(null);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(screen.queryByTestId("qr")).toBe(null);
    desk.accept({ kind: "view", view: payingView(PAYMENTS.awaiting!, { revision: 9 }) });
    await vi.advanceTimersByTimeAsync(300);
    expect(screen.queryByTestId("qr")).not.toBe(null);
    vi.useRealTimers();
  });

  it("shows what was really paid, and the receipt's number", async () => {
    await open(payingView(PAYMENTS.paid_voucher!));
    expect(byId("payment-amount").textContent).toBe("¥41.43");
    expect(byId("payment-payable").textContent).toBe("¥43.43");
    expect(byId("receipt-number").textContent).toBe("01-20261122-0047");
  });

  it("says what somebody else gave back", async () => {
    await open(payingView(PAYMENTS.paid_refunded!));
    expect(byId("payment-refunded").textContent).toBe("−¥10.00");
  });

  it("does not doubt a payment that is known, only of another amount", async () => {
    await open(payingView(PAYMENTS.unresolved_amount!), "en");
    expect(byId("payment-message").textContent).toContain("has paid, but another amount");
    expect(byId("payment-message").textContent).not.toContain("or not");
  });

  it("shows a gateway's words as text, without what cannot be seen", async () => {
    await open(payingView(PAYMENTS.void!));
    const message = byId("payment-message");
    expect(message.textContent).toContain("签名错误 <b> abc</b>");
    expect(message.querySelector("b")).toBe(null);
  });

  it("lets only practice play the customer", async () => {
    await open(payingView(PAYMENTS.awaiting!));
    expect(screen.queryByTestId("practice-pay")).toBe(null);
    show(payingView(PAYMENTS.awaiting!, { till: { ...sampleView().till, mode: "practice" } }));
    await tick();
    await fireEvent.click(byId("practice-decline"));
    await vi.waitFor(() =>
      expect(commands()).toEqual([["practiceCustomer", PAYMENTS.awaiting!.order_id, false]]),
    );
  });

  it("shows what waits for the next sale", async () => {
    const next_cart = { pieces: 3, unknown_count: 1, total_fen: 1200, last: "可口可乐 300ml" };
    await open(payingView(PAYMENTS.awaiting!, { next_cart }));
    expect(byId("next-cart").textContent).toMatch(/3.*¥12\.00.*1.*可口可乐 300ml/s);
  });
});

describe("the listening light", () => {
  it("says when the window is locked, and when it hears nothing", async () => {
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    await open(sampleView());
    expect(byId("listening").dataset.state).toBe("ready");
    show(payingView(PAYMENTS.awaiting!));
    await tick();
    expect(byId("listening").dataset.state).toBe("locked");
    await fireEvent.blur(window);
    expect(byId("listening").dataset.state).toBe("lost");
    expect(byId("listening").textContent?.trim()).not.toBe("");
    await fireEvent.focus(window);
    expect(byId("listening").dataset.state).toBe("locked");
  });
});
