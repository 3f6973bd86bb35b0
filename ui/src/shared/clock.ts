/** Seconds left as `4:37`. */
export function countdown(seconds: number): string {
  const left = Math.max(0, Math.trunc(seconds));
  return `${Math.trunc(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

/** Milliseconds as seconds with two places: `0.21`. */
export function secondsText(ms: number): string {
  const hundredths = String(Math.max(0, Math.round(ms / 10))).padStart(3, "0");
  return `${hundredths.slice(0, -2)}.${hundredths.slice(-2)}`;
}

/** The time of day as `14:02`. Shops are in China, which has one zone, and so do receipts. */
export function timeOfDay(instant: Date): string {
  const china = inChina(instant);
  return `${two(china.getUTCHours())}:${two(china.getUTCMinutes())}`;
}

/** The day of an instant as `2026-11-22`, China Standard Time. */
export function dayText(instant: Date): string {
  return isoDay(inChina(instant));
}

/** The day `days` after `day`; both as `2026-11-22`. */
export function dayAfter(day: string, days: number): string {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return isoDay(new Date(Date.UTC(year, month - 1, date + days)));
}

/** The same instant, moved so that its UTC fields read as China's. */
function inChina(instant: Date): Date {
  return new Date(instant.getTime() + 8 * 3_600_000);
}

function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
