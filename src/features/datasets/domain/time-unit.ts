export const TIME_UNITS = ['s', 'ms', 'iso'] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

/** Seconds since 1970 beyond this are after the year 5138: milliseconds that were called seconds. */
export const LATEST_SECONDS = 1e11;

const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const INSTANT = /^\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?\s*$/;

/** A finite decimal number; `null` for anything else, also for what `Number` would be lenient about (``, `0x10`). */
export function parseNumber(text: string): number | null {
  if (!DECIMAL.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Seconds since 1970 of an ISO 8601 date or instant; without a zone it is UTC on every machine. `null` if it is none. */
export function parseInstant(text: string): number | null {
  const [, date, time = '00:00', zone = 'Z'] = INSTANT.exec(text) ?? [];
  if (date === undefined || !isCalendarDate(date)) return null;
  const milliseconds = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}

/** `Date.parse` takes the 30th of February for the 2nd of March. */
function isCalendarDate(date: string): boolean {
  const milliseconds = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(date);
}
