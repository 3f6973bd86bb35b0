import type { CashierView, LineView } from "../shared/backend";

// Goods to look at, as they are and with all that can be changed about them by hand.

const GOODS: [barcode: string, title: string, price_fen: number, quantity: number][] = [
  ["6921168509256", "农夫山泉饮用天然水 550ml", 200, 6],
  ["6920152400777", "康师傅红烧牛肉面 桶装", 480, 2],
  ["6983748939221", "可口可乐 300ml", 300, 2],
  ["2100456008464", "红富士苹果 散称", 843, 1],
  ["6901236340516", "维达抽纸 3 层 120 抽", 690, 1],
  ["6901668005588", "奥利奥夹心饼干 原味 97g", 550, 1],
];

/** Nobody has changed anything about it. */
const PLAIN = {
  is_listed: true,
  list_price_fen: null,
  price_reason: null,
  is_weighed: false,
  weight_g: null,
  discount: null,
  note: null,
} as const;

export const UNKNOWN_LINE: LineView = {
  ...PLAIN,
  is_listed: false,
  gross_fen: 0,
  id: 99,
  barcode: "6936571910217",
  title: null,
  price_fen: null,
  quantity: 1,
  amount_fen: 0,
  check_digit_wrong: true,
};

/** Sold by the kilogram, and not weighed yet. */
export const UNWEIGHED_LINE: LineView = {
  ...UNKNOWN_LINE,
  is_listed: true,
  id: 98,
  barcode: "00456",
  title: "红富士苹果 散称",
  check_digit_wrong: false,
};

export function sampleLines(count = GOODS.length): LineView[] {
  return Array.from({ length: count }, (_, at) => {
    const [barcode, title, price_fen, quantity] = GOODS[at % GOODS.length]!;
    const amount_fen = price_fen * quantity;
    const goods = { ...PLAIN, id: at + 1, barcode, title, price_fen, quantity, check_digit_wrong: false };
    const line = { ...goods, gross_fen: amount_fen, amount_fen };
    return barcode.startsWith("21") ? { ...line, is_weighed: true, weight_g: 456, price_fen: 1849 } : line;
  });
}

export function sampleCart(lines: LineView[]): CashierView["cart"] {
  const unknown_count = lines.filter((line) => line.price_fen === null).length;
  const total_fen = lines.reduce((sum, line) => sum + line.amount_fen, 0);
  return {
    lines,
    pieces: lines.reduce((sum, line) => sum + (line.price_fen === null ? 0 : line.quantity), 0),
    total_fen,
    sum: sampleSum(lines),
    locked: false,
    touched_line: lines.at(-1)?.id ?? null,
    touches: lines.length,
    unknown_count,
    can_undo: lines.length > 0,
    can_redo: false,
    rung_up_before: null,
    can_charge: total_fen > 0 && unknown_count === 0,
    waiter1_id: null,
    waiter2_id: null,
  };
}

function sampleSum(lines: LineView[]): CashierView["cart"]["sum"] {
  const subtotal_fen = lines.reduce((sum, line) => sum + line.gross_fen, 0);
  const lines_off_fen = subtotal_fen - lines.reduce((sum, line) => sum + line.amount_fen, 0);
  const nothing = { promotions: [], order_off_fen: 0, rounding_fen: 0, discount: null, note: null };
  return { ...nothing, subtotal_fen, lines_off_fen, saving_fen: lines_off_fen };
}

/** As much money as an order may come to. */
export function greatLines(): LineView[] {
  const amount_fen = 996_000_000;
  return sampleLines().map((line, at) =>
    at === 0 ? { ...line, price_fen: amount_fen / line.quantity, gross_fen: amount_fen, amount_fen } : line,
  );
}

/** A changed price, discounts of both kinds, and a note. */
export function discountedLines(): LineView[] {
  const [water, noodles, cola, ...others] = sampleLines() as [LineView, LineView, LineView, ...LineView[]];
  return [
    { ...water, discount: { kind: "percent", permille: 100 }, amount_fen: 1080 },
    {
      ...noodles,
      price_fen: 400,
      list_price_fen: 480,
      price_reason: "临期",
      gross_fen: 800,
      discount: { kind: "amount", fen: 100 },
      amount_fen: 700,
      note: "不要袋",
    },
    { ...cola, amount_fen: 450 },
    ...others,
  ];
}

/** A cart with these lines, five per cent off the order and the fen rounded away. */
export function discountedCart(): CashierView["cart"] {
  const lines = discountedLines();
  const cart = sampleCart(lines);
  const order_off_fen = Math.round(cart.total_fen / 20);
  const rounding_fen = (cart.total_fen - order_off_fen) % 10;
  return {
    ...cart,
    total_fen: cart.total_fen - order_off_fen - rounding_fen,
    sum: {
      ...cart.sum,
      order_off_fen,
      rounding_fen,
      saving_fen: cart.sum.lines_off_fen + order_off_fen + rounding_fen,
      promotions: [{ name: "可乐第二件半价", off_fen: 150 }],
      discount: { kind: "percent", permille: 50 },
      note: "下午三点来取",
    },
  };
}
