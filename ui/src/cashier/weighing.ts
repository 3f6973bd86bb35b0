import type { LineView } from "../shared/backend";

/** Goods sold by weight that nobody has weighed yet. */
export function awaitsWeight(line: LineView): boolean {
  return line.price_fen === null && line.is_listed;
}

/** `0.485*`: the weight of what is scanned or picked next. */
export function weightBefore(text: string): string | null {
  return /^(\d{1,3}\.\d{1,3})[*×]/.exec(text.trim())?.[1] ?? null;
}
