import { expect, it, vi } from "vitest";
import { ReceiptShelf } from "../src/cashier/receipts.svelte";
import { RECEIPTS, sampleReceipt } from "../src/dev/scenes";
import { till } from "../src/shared/backend/cashier";
import { begin } from "./page";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

it("a receipt stands as it was asked about last, whichever answer comes first", async () => {
  begin();
  const shelf = new ReceiptShelf();
  const receipt = sampleReceipt(RECEIPTS[0]!);
  const answers: ((refundableFen: number) => void)[] = [];
  vi.spyOn(till, "receipt").mockImplementation(
    () =>
      new Promise((give) =>
        answers.push((refundable_fen) => give({ status: "ok", data: { ...receipt, refundable_fen } })),
      ),
  );
  const chosen = shelf.choose("0193");
  const again = shelf.readAgain();
  answers[1]?.(0);
  answers[0]?.(680);
  await Promise.all([chosen, again]);
  expect(shelf.detail?.refundable_fen).toBe(0);
});
