import type { FoundGoods, FoundProduct, GoodsPicturesView, QuickKeyView } from "../shared/backend";

/** What a pretended catalogue has, each with what finds it beside its name and barcode. */
const GOODS: readonly [initials: string, product: FoundProduct][] = [
  ["kl", { barcode: "6983748939221", title: "可乐", price_fen: 300, unit: "piece", is_active: true }],
  [
    "kljc",
    {
      barcode: "6901234000016",
      title: "可乐鸡翅 冷冻 500g",
      price_fen: 2890,
      unit: "piece",
      is_active: true,
    },
  ],
  [
    "bskl",
    { barcode: "6901234000023", title: "百事可乐 330ml", price_fen: 250, unit: "piece", is_active: true },
  ],
  [
    "kkkl",
    { barcode: "6901234000030", title: "可口可乐 300ml", price_fen: 300, unit: "piece", is_active: true },
  ],
  ["hfspg", { barcode: "2000001", title: "红富士苹果", price_fen: 1280, unit: "kilogram", is_active: true }],
  [
    "nfsq",
    {
      barcode: "6921168509256",
      title: "农夫山泉饮用天然水 550ml",
      price_fen: 200,
      unit: "piece",
      is_active: true,
    },
  ],
  [
    "yb",
    { barcode: "6988888000099", title: "月饼礼盒 去年", price_fen: 9900, unit: "piece", is_active: false },
  ],
];

/** Goods without a barcode, as a greengrocer has them. */
const FRESH = ["红富士苹果", "香蕉", "大白菜", "西红柿", "黄瓜", "土豆", "鸡蛋", "五花肉", "带鱼", "塑料袋"];

export const CATEGORIES = ["水果", "蔬菜", "饮料", "粮油", "日用"];

function fresh(title: string, at: number): FoundProduct {
  const unit = title === "塑料袋" ? ("piece" as const) : ("kilogram" as const);
  return { barcode: `F${at + 1}`, title, price_fen: 280 + at * 130, unit, is_active: true };
}

export function pretendGoodsOf(category: string, text: string): FoundProduct[] {
  const goods = category === "水果" ? FRESH.slice(0, 2) : FRESH;
  return goods.map(fresh).filter(({ title }) => title.includes(text));
}

export function pretendKeys(): QuickKeyView[] {
  const keys = FRESH.map((title, at) => ({
    barcode: `F${at + 1}`,
    colour: at % 8,
    picture: at === 0 ? "红.svg" : null,
    product: fresh(title, at),
  }));
  return [...keys, { barcode: "F99", colour: 7, picture: null, product: null }];
}

/** Two that a key may be given, and one each that goods and a category have by their names. */
export function pretendPictures(): GoodsPicturesView {
  const round = (colour: string) =>
    `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><circle cx="48" cy="48" r="44" fill="${colour}"/></svg>`)}`;
  const pictures = [
    { name: "红.svg", address: round("#c8453b") },
    { name: "绿.svg", address: round("#3f9a4d") },
    { name: "F2.svg", address: round("#d98a1f") },
    { name: "蔬菜.svg", address: round("#1d97a3") },
  ];
  return { pictures, folder: { is_being_read: false, shown: pictures.length, problem: null, skipped: [] } };
}

export function pretendSearch(text: string): FoundGoods {
  const isFound = ([initials, product]: (typeof GOODS)[number]) =>
    [initials, product.title, product.barcode].some((words) => words.includes(text));
  const products = GOODS.filter(isFound).map(([, product]) => product);
  return { products, is_cut: products.length > 3 };
}
