import type { FolderView, GoodsColumn, GoodsPreview, ImportView } from "../shared/backend";

// A pretended folder with a pretended file, and an import that goes its way.

export const FOLDER: FolderView = {
  path: "/srv/shop/下载",
  parent: "/srv/shop",
  places: [
    { kind: "downloads", name: "下载", path: "/srv/shop/下载" },
    { kind: "desktop", name: "桌面", path: "/srv/shop/桌面" },
    { kind: "drive", name: "KINGSTON", path: "/media/shop/KINGSTON" },
  ],
  folders: [{ name: "去年的", path: "/srv/shop/下载/去年的", kib: 0 }],
  files: [
    { name: "商品资料 2026-11.xlsx", path: "/srv/shop/下载/商品资料 2026-11.xlsx", kib: 412 },
    { name: "goods.csv", path: "/srv/shop/下载/goods.csv", kib: 88 },
  ],
  is_cut: false,
};

const HEADINGS: [heading: string, column: GoodsColumn | null][] = [
  ["编号", null],
  ["商品条码", "barcode"],
  ["叫什么", null],
  ["零售价", "price"],
  ["单位", "unit"],
  ["分类", "category"],
];

export const PREVIEW: GoodsPreview = {
  path: "/srv/shop/下载/商品资料 2026-11.xlsx",
  name: "商品资料 2026-11.xlsx",
  kind: { code: "xlsx" },
  columns: HEADINGS.map(([heading, column]) => ({ heading, column })),
  sample: [
    ["1", "6921168509256", "农夫山泉饮用天然水 550ml", "2.00", "瓶", "饮料"],
    ["2", "F1", "红富士苹果", "12.80", "千克", "水果"],
    ["3", "6983748939221", "可口可乐 300ml", "3.00", "瓶"],
  ],
};

export const IMPORTED: ImportView = {
  code: "done",
  file: PREVIEW.name,
  products: 1204,
  refused_rows: 2,
  remarks: [
    { line: 17, is_refused: true, words: "未接受：价格：应为数字，最多一个小数点" },
    { line: 203, is_refused: false, words: "条码 6901234000016 重复：以本行为准，不用第 88 行" },
    { line: 640, is_refused: true, words: "未接受：品名是空的" },
  ],
  remark_count: 3,
  report: "/srv/shop/till/import-report.csv",
};

const STEPS = 5;

/** The shell's part of the goods page. */
export function pretendImports() {
  let step = STEPS + 1;
  const ok = <T>(data: T) => Promise.resolve({ status: "ok" as const, data });
  return {
    goodsFolder: () => ok(FOLDER),
    previewGoods: () => ok(PREVIEW),
    importGoods() {
      step = 0;
      return ok(null);
    },
    goodsImport(): Promise<{ status: "ok"; data: ImportView }> {
      step += 1;
      if (step > STEPS) return ok(step === STEPS + 1 ? IMPORTED : { code: "nothing" });
      const done_permille = step * 180;
      return ok({ code: "running", file: PREVIEW.name, rows: step * 241, done_permille });
    },
    stopGoodsImport() {
      step = STEPS + 1;
      return ok(null);
    },
    exportGoods: (folder: string) => ok({ path: `${folder}/yima-goods.csv`, products: 1204 }),
    saveImportReport: (folder: string) => ok(`${folder}/yima-import-report.csv`),
  };
}
