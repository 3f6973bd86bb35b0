/** Whole grams as kilograms, by digits only: `0.456`. */
export function kilos(grams: number): string {
  const digits = String(grams).padStart(4, "0");
  return `${digits.slice(0, -3)}.${digits.slice(-3)}`;
}
