import type { FieldKind, FilterField } from './filter-fields.ts';
import type { Operator, Written } from './filter.ts';
import { InvalidFilterError } from './invalid-filter.ts';
import { nearestWord } from '../nearest-word.ts';

/** A value as it is compared: a time in milliseconds since 1970. */
export type FilterValue =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number' | 'time'; readonly value: number }
  | { readonly kind: 'flag'; readonly value: boolean };

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const AGO = /^-(\d{1,6})(s|m|h|d|w)$/;
const MILLISECONDS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** What was written for a field, as its kind compares it. @throws InvalidFilterError */
export function filterValue(
  { kind, words }: FilterField,
  { operator, written, now }: { readonly operator: Operator; readonly written: Written; readonly now: Date },
): FilterValue {
  if (operator === '~') return textOf(written);
  const read = READERS[kind](written, now);
  if (read === null) return refused(written, ALLOWED[kind]);
  return words === undefined || words.includes(written.text) ? read : refused(written, words);
}

const READERS: Readonly<Record<FieldKind, (written: Written, now: Date) => FilterValue | null>> = {
  number: numberOf,
  flag: flagOf,
  time: timeOf,
  text: textOf,
  any: (written) => (written.isQuoted ? null : (numberOf(written) ?? flagOf(written))) ?? textOf(written),
};

const ALLOWED: Readonly<Record<FieldKind, string>> = {
  number: 'a number',
  flag: 'true or false',
  time: 'a time such as 2026-03-01, 2026-03-01T09:30Z or -7d',
  text: 'a text',
  any: 'a number, true, false or a text',
};

function textOf({ text }: Written): FilterValue {
  return { kind: 'text', value: text };
}

function numberOf({ text }: Written): FilterValue | null {
  const value = Number(text);
  return NUMBER.test(text) && Number.isFinite(value) ? { kind: 'number', value } : null;
}

function flagOf({ text }: Written): FilterValue | null {
  if (text !== 'true' && text !== 'false') return null;
  return { kind: 'flag', value: text === 'true' };
}

function timeOf({ text }: Written, now: Date): FilterValue | null {
  const ago = AGO.exec(text);
  if (ago !== null) {
    const unit = MILLISECONDS[ago[2] as keyof typeof MILLISECONDS];
    return { kind: 'time', value: now.getTime() - Number(ago[1]) * unit };
  }
  // A time without a zone is one of UTC, as all times that are shown.
  const spelled = /T.*(Z|[+-]\d{2}:?\d{2})$|^[^T ]*$/.test(text) ? text : `${text.replace(' ', 'T')}Z`;
  const value = DATE.test(text) ? Date.parse(spelled) : Number.NaN;
  return Number.isNaN(value) ? null : { kind: 'time', value };
}

function refused({ text, column }: Written, allowed: string | readonly string[]): never {
  const word = text.slice(0, 100);
  throw new InvalidFilterError({
    column,
    word,
    problem: `${JSON.stringify(word)} cannot be compared with this field`,
    allowed: typeof allowed === 'string' ? allowed : allowed.join(', '),
    suggestion: typeof allowed === 'string' ? null : nearestWord(word, allowed),
  });
}
