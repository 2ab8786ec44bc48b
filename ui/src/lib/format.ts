const MINUS = '\u2212';
const grouping = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** What stands where there is no value. */
export const NOTHING = '–';

/** A share or score between 0 and 1, as tables of papers print it. */
export function metric(value: number | null | undefined, digits = 4): string {
  return value === null || value === undefined ? NOTHING : signless(value.toFixed(digits));
}

/** With its sign always said; a true minus sign has the width of the plus. */
export function difference(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return NOTHING;
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return `±${text}`;
  return `${value < 0 ? MINUS : '+'}${text}`;
}

/** The class of a difference; one that is printed as nothing is neither better nor worse. */
export function tone(value: number, digits = 4): 'better' | 'worse' | undefined {
  if (Number(value.toFixed(digits)) === 0) return undefined;
  return value < 0 ? 'worse' : 'better';
}

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? NOTHING : signless(grouping.format(value));
}

/** Any number with about four significant digits. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  if (Number.isInteger(value)) return count(value);
  if (Math.abs(value) >= 1000) return count(Math.round(value));
  return signless(String(Number(value.toPrecision(4))));
}

export function percent(share: number | null | undefined, digits = 0): string {
  return share === null || share === undefined ? NOTHING : `${(share * 100).toFixed(digits)} %`;
}

/** US dollars: cents where they matter, and never a sum rounded to nothing. */
export function money(usd: number | null | undefined): string {
  if (usd === null || usd === undefined) return NOTHING;
  if (usd === 0) return '$0';
  if (usd < 0.0001) return '< $0.0001';
  if (usd < 1) return `$${usd.toFixed(4)}`;
  return `$${new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(usd)}`;
}

/** Two units at most: `840 ms`, `12.3 s`, `4 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return NOTHING;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

export function bytes(size: number | null | undefined): string {
  if (size === null || size === undefined) return NOTHING;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? 'B'}`;
}

/** `3 min ago`; the moment itself after a week. */
export function ago(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (seconds < 45) return 'just now';
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  if (seconds < 7 * 86_400) return `${Math.round(seconds / 86_400)} d ago`;
  return new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

/** The first eight digits of an id: enough for every verb of the command line. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** A value of a setting as a manifest writes it. */
export function settingText(value: unknown): string {
  if (value === null || value === undefined) return NOTHING;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function signless(text: string): string {
  return text.startsWith('-') ? MINUS + text.slice(1) : text;
}
