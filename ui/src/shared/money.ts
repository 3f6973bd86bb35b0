/** Writes whole fen as yuan, by digits only: no amount ever becomes a fraction. */
export function yuan(fen: number): string {
  const digits = String(Math.abs(Math.trunc(fen))).padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = fen < 0 ? "−" : "";
  return `${sign}${whole}.${digits.slice(-2)}`;
}

/** As `yuan`, with the sign of the currency: `¥1,284.60`, `−¥3.00`. */
export function money(fen: number): string {
  const text = yuan(fen);
  return text.startsWith("−") ? `−¥${text.slice(1)}` : `¥${text}`;
}

/** Reads exact decimal yuan, as `3.5` or `12`, into whole fen; null for anything else, and for more than any order comes to. */
export function fenOf(text: string): number | null {
  const found = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(text);
  return found ? Number(found[1]! + (found[2] ?? "").padEnd(2, "0")) : null;
}
