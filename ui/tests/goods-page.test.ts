import { cleanup, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FOLDER, IMPORTED, PREVIEW } from "../src/dev/import-scenes";
import { expectAccessible } from "./accessibility";
import { asked, commands, imports, refusals } from "./backend";
import { keyAt } from "./keys";
import { begin, byId, desk, open } from "./page";

vi.mock("../src/shared/backend/cashier", () => import("./backend"));

beforeEach(begin);
afterEach(cleanup);

const settle = () => new Promise((after) => setTimeout(after, 0));
const of = (name: string) => asked.filter(([asked]) => asked === name).map(([, ...args]) => args);

async function openPage(): Promise<void> {
  await open();
  desk.act("settings");
  await settle();
  byId("settings-tab-goods").click();
  await settle();
}

async function openFile(): Promise<void> {
  await openPage();
  await waitFor(() => expect(screen.getAllByTestId("goods-file")).toHaveLength(2));
  screen.getAllByTestId("goods-file")[0]?.click();
  await waitFor(() => expect(screen.queryByTestId("goods-start")).not.toBeNull());
}

async function mendAndStart(): Promise<void> {
  byId("goods-column-2").click();
  await settle();
  byId("goods-choice-title").click();
  await settle();
  byId("goods-start").click();
}

describe("the goods page", () => {
  it("finds files by folder, by place and by what is typed", async () => {
    await openPage();
    await waitFor(() => expect(screen.getAllByTestId("goods-file")).toHaveLength(2));
    screen.getAllByTestId("goods-place")[2]?.click();
    byId("goods-up").click();
    await settle();
    expect(of("goodsFolder")).toEqual([[null], ["/media/shop/KINGSTON"], ["/srv/shop"]]);
    const path = byId("goods-path") as HTMLInputElement;
    path.value = " /srv/Goods.CSV ";
    path.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await settle();
    byId("goods-go").click();
    await settle();
    expect(of("previewGoods")).toEqual([["/srv/Goods.CSV"]]);
  });

  it("shows how a file is understood, and imports it once each needed column is named", async () => {
    await openFile();
    const start = byId("goods-start") as HTMLButtonElement;
    expect(start.disabled).toBe(true);
    expect(byId("goods-missing").textContent).toContain("品名");
    expect(byId("goods-page").textContent).toContain("农夫山泉饮用天然水 550ml · 红富士苹果");
    // Over at once: what is still followed would take the answers of the next test.
    imports.push(IMPORTED);
    await mendAndStart();
    await settle();
    const columns = [null, "barcode", "title", "price", "unit", "category"];
    expect(commands()).toEqual([["importGoods", PREVIEW.path, columns]]);
  });

  it("takes one column for one thing alone", async () => {
    await openFile();
    byId("goods-column-0").click();
    await settle();
    byId("goods-choice-barcode").click();
    await settle();
    expect(byId("goods-column-1").textContent).toBe("不使用");
    expect(byId("goods-column-0").textContent).toBe("条码");
  });

  it("goes back to the files with Esc, and then to the goods", async () => {
    await openFile();
    desk.press(keyAt(0, "Escape"));
    await settle();
    expect(screen.queryByTestId("goods-start")).toBeNull();
    expect(desk.page).toBe("settings");
    desk.press(keyAt(0, "Escape"));
    expect(desk.page).toBe("goods");
  });

  it("shows how far an import is, cancels it, and tells what came of it by row", async () => {
    await openFile();
    imports.push({ code: "running", file: "f.csv", rows: 241, done_permille: 187 });
    imports.push(IMPORTED);
    await mendAndStart();
    await waitFor(() => expect(screen.queryByTestId("import-running")).not.toBeNull());
    expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("18");
    byId("import-stop").click();
    await settle();
    expect(of("stopGoodsImport")).toEqual([[]]);
    await waitFor(() => expect(screen.queryByTestId("import-ended")).not.toBeNull(), { timeout: 3000 });
    expect(screen.getAllByTestId("import-remark").map((row) => row.classList.contains("refused"))).toEqual([
      true,
      false,
      true,
    ]);
    byId("import-save-report").click();
    await waitFor(() => expect(screen.queryByTestId("import-report")).not.toBeNull());
    expect(of("saveImportReport")).toEqual([[FOLDER.path]]);
    byId("import-close").click();
    await waitFor(() => expect(screen.queryAllByTestId("goods-file")).toHaveLength(2));
  });

  it("leaves selling alone: what came of an import is told when somebody is elsewhere", async () => {
    await openFile();
    imports.push({ code: "running", file: "f.csv", rows: 1, done_permille: 1 });
    imports.push(IMPORTED);
    await mendAndStart();
    await waitFor(() => expect(screen.queryByTestId("import-running")).not.toBeNull());
    desk.toggle("settings");
    desk.scan("6921168509256");
    await settle();
    expect(commands().at(-1)).toEqual(["scan", "6921168509256", 1]);
    await waitFor(() => expect(desk.notices.toasts).toHaveLength(1), { timeout: 3000 });
    expect(desk.notices.toasts[0]?.words()).toContain("1204");
  });

  it("does not tell an import of long ago as news", async () => {
    imports.push(IMPORTED);
    await openPage();
    await waitFor(() => expect(screen.queryAllByTestId("goods-file")).toHaveLength(2));
  });

  it("says why a file cannot be used, and writes an export where it stands", async () => {
    await openPage();
    await waitFor(() => expect(screen.getAllByTestId("goods-file")).toHaveLength(2));
    refusals.set("previewGoods", { code: "unreadable", words: "解压后超过 512 MiB" });
    screen.getAllByTestId("goods-file")[1]?.click();
    await waitFor(() => expect(byId("goods-problem").textContent).toContain("512 MiB"));
    refusals.clear();
    byId("goods-export").click();
    await waitFor(() => expect(byId("goods-exported").textContent).toContain("yima-goods.csv"));
    expect(of("exportGoods")).toEqual([[FOLDER.path]]);
  });

  it("has no fault that assistive technology would stumble over", async () => {
    await openFile();
    byId("goods-column-2").click();
    await settle();
    await expectAccessible();
    desk.press(keyAt(0, "Escape"));
    await settle();
    await expectAccessible();
  });
});
