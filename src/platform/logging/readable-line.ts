/** What every line has, and a person at one terminal knows. */
const KNOWN = new Set(['level', 'time', 'program', 'host', 'pid', 'message']);
/** Enough of an id to tell it from others. */
const ID_LENGTH = 8;

/** A line of JSON as a person reads it: time of day, level where it is not the usual one, message, ids cut short. */
export function readableLine(line: string): string {
  const fields = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const { level, time, message } = fields;
  const clock = typeof time === 'string' ? time.slice('2026-01-01T'.length, '2026-01-01T12:00:00'.length) : '';
  const rest = Object.entries(fields)
    .filter(([name]) => !KNOWN.has(name))
    .map(([name, value]) => `${name}=${shortened(value)}`);
  const mark = level === 'info' ? [] : [`${String(level)}:`];
  return `${[clock, ...mark, String(message), ...rest].join(' ')}\n`;
}

function shortened(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[0-9a-f-]{32,}$/.test(value) ? value.slice(0, ID_LENGTH) : value;
}
