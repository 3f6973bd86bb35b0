import { foreignText } from "../../shared/foreign-text";
import { m } from "../../shared/paraglide/messages.js";
import type { GoodsColumn, GoodsFileKind, PlaceView } from "../../shared/backend";
import type { GoodsProblem } from "./goods-desk.svelte";
import { refusedWords } from "./refused-words";

/** In the order of an export. */
export const COLUMNS: readonly GoodsColumn[] = [
  "barcode",
  "more_barcodes",
  "title",
  "price",
  "unit",
  "category",
  "active",
];

export function columnWords(column: GoodsColumn | null): string {
  if (column === null) return m.column_unused();
  const words: Record<GoodsColumn, () => string> = {
    barcode: m.column_barcode,
    more_barcodes: m.column_more_barcodes,
    title: m.column_title,
    price: m.column_price,
    unit: m.column_unit,
    category: m.column_category,
    active: m.column_active,
  };
  return words[column]();
}

export function placeWords(place: PlaceView): string {
  const words = {
    downloads: m.place_downloads,
    desktop: m.place_desktop,
    documents: m.place_documents,
    home: m.place_home,
    drive: () => foreignText(place.name),
  };
  return words[place.kind]();
}

export function kindWords(kind: GoodsFileKind): string {
  return kind.code === "xlsx" ? m.goods_kind_xlsx() : m.goods_kind_csv({ encoding: kind.encoding });
}

export function goodsProblemWords(problem: GoodsProblem): string {
  switch (problem.code) {
    case "not_allowed":
      return m.error_not_allowed({ what: m.staff_act_import_catalogue() });
    case "busy":
      return m.goods_busy();
    case "unreadable":
      return m.goods_unreadable({ why: foreignText(problem.words) });
    case "unwritable":
      return m.goods_unwritable({ path: foreignText(problem.path) });
    case "nothing_there":
      return m.goods_nothing_there();
    default:
      return refusedWords(problem);
  }
}
