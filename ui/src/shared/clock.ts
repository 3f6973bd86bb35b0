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

/** The local time as `14:02`. */
export function timeOfDay(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The local day as `2026-11-22`. */
export function dayText(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The day `days` after `day`; both as `2026-11-22`. */
export function dayAfter(day: string, days: number): string {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return dayText(new Date(year, month - 1, date + days));
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
