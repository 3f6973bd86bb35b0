import type { FoundGoods, FoundProduct } from "../shared/backend";

/** What a pretended catalogue has, each with what finds it beside its name and barcode. */
const GOODS: readonly [initials: string, product: FoundProduct][] = [
  ["kl", { barcode: "6983748939221", title: "可乐", price_fen: 300, unit: "piece" }],
  ["kljc", { barcode: "6901234000016", title: "可乐鸡翅 冷冻 500g", price_fen: 2890, unit: "piece" }],
  ["bskl", { barcode: "6901234000023", title: "百事可乐 330ml", price_fen: 250, unit: "piece" }],
  ["kkkl", { barcode: "6901234000030", title: "可口可乐 300ml", price_fen: 300, unit: "piece" }],
  ["hfspg", { barcode: "2000001", title: "红富士苹果", price_fen: 1280, unit: "kilogram" }],
  ["nfsq", { barcode: "6921168509256", title: "农夫山泉饮用天然水 550ml", price_fen: 200, unit: "piece" }],
];

export function pretendSearch(text: string): FoundGoods {
  const isFound = ([initials, product]: (typeof GOODS)[number]) =>
    [initials, product.title, product.barcode].some((words) => words.includes(text));
  const products = GOODS.filter(isFound).map(([, product]) => product);
  return { products, is_cut: products.length > 3 };
}
