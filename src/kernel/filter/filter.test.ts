import fc from 'fast-check';
import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { fieldsNamed, fieldsOfSchema } from './filter-fields.ts';
import { InvalidFilterError } from './invalid-filter.ts';
import { itemFilter } from './item-filter.ts';
import { parseFilter } from './parse-filter.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const schema = z.strictObject({
  name: z.string(),
  status: z.enum(['failed', 'succeeded']),
  step: z.number().nullable(),
  isLarge: z.boolean(),
  createdAt: z.iso.datetime(),
  progress: z.strictObject({ trials: z.int() }),
});
const FIELDS = fieldsOfSchema(schema);
const item = (change: Partial<z.infer<typeof schema>> = {}) => ({
  name: 'Warm-up of ada',
  status: 'failed' as const,
  step: 3,
  isLarge: true,
  createdAt: '2026-03-09T00:00:00.000Z',
  progress: { trials: 7 },
  ...change,
});

const matches = (filter: string, change: Partial<z.infer<typeof schema>> = {}): boolean =>
  itemFilter(parseFilter(filter), FIELDS, NOW)(item(change));

function mistakeOf(filter: string): InvalidFilterError {
  try {
    itemFilter(parseFilter(filter), FIELDS, NOW);
  } catch (error) {
    if (error instanceof InvalidFilterError) return error;
    throw error;
  }
  throw new Error(`${filter} is a filter.`);
}

describe('a filter', () => {
  it.each([
    ['', true],
    ['status=failed', true],
    ['status != failed', false],
    ['step > 2 and step <= 3', true],
    ['step<3 or step>=4', false],
    ['NOT step = 4', true],
    ['not (step = 3 and isLarge = true)', false],
    ['status = succeeded or step = 3 and isLarge = false', false],
    ['(status = succeeded or step = 3) and isLarge = true', true],
    ['name ~ WARM', true],
    ['name = "Warm-up of ada"', true],
    [String.raw`name = 'Warm-up of \'ada'`, false],
    ['step IN (1, 2, 3)', true],
    ['step not in (1, 2, 3)', false],
    ['step is null', false],
    ['step IS NOT NULL', true],
    ['progress.trials > 6.5', true],
    ['createdAt > -2d', true],
    ['createdAt > -1d', false],
    ['createdAt < 2026-03-09T00:00:00.001Z and createdAt >= 2026-03-09', true],
  ])('%j is %j of an item', (filter, expected) => {
    expect(matches(filter)).toBe(expected);
  });

  it('takes what is absent for equal to nothing, and NOT for the opposite', () => {
    const absent = { step: null };
    expect(['step = 3', 'step < 3', 'step >= 3', 'step in (3)'].map((filter) => matches(filter, absent))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(['step != 3', 'not step < 3', 'step is null'].map((filter) => matches(filter, absent))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each([
    ['statsu = failed', 1, 'status'],
    ['status = faild', 10, 'failed'],
    ['status = failed annd step = 1', 17, 'AND'],
    ['step = three', 8, null],
    ['createdAt > yesterday', 13, null],
    ['isLarge = yes', 11, null],
    ['status =', 9, null],
    ['(step = 1', 10, null],
    ['step IN 1', 9, null],
    ['step IS 1', 9, null],
    ['name = "open', 8, null],
    ['step = 1)', 9, null],
    ['= 1', 1, null],
    ['step == 1', 7, null],
  ])('%j is refused at column %i', (filter, column, suggestion) => {
    const { message, places } = mistakeOf(filter);
    expect(places).toMatchObject([{ line: 1, column, suggestion }]);
    expect(message).toContain(`column ${column}`);
    expect(places[0]?.allowed).not.toBe('');
  });

  it.each(['('.repeat(100_000), 'not '.repeat(60_000), `${'step=1 and '.repeat(2_000)}step=1`])(
    'is refused where it is deeper or longer than anybody writes',
    (filter) => {
      expect(() => parseFilter(filter)).toThrow(/at most/);
    },
  );

  it('is read or refused at a place within it, whatever is written', () => {
    const words = ['status', '=', 'and', 'or', 'not', '(', ')', 'in', ',', '"', "'", 'is', 'null', '~', '3', ' ', '\\'];
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...words), { maxLength: 20 }).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(text, (filter) => {
        try {
          parseFilter(filter);
        } catch (error) {
          if (!(error instanceof InvalidFilterError)) throw error;
          const { column } = error.places[0]!;
          expect(column).toBeGreaterThan(0);
          expect(column).toBeLessThanOrEqual(filter.length + 1);
        }
      }),
    );
  });

  it('finds a value that is written as it is shown', () => {
    const fields = fieldsNamed({ name: { kind: 'text' } });
    fc.assert(
      fc.property(fc.string(), (name) => {
        const filter = `name = ${JSON.stringify(name).replaceAll(/\\(?![\\"])/g, String.raw`\\`)}`;
        fc.pre(!/\\[^\\"]/.test(JSON.stringify(name)));
        expect(itemFilter(parseFilter(filter), fields, NOW)({ name })).toBe(true);
      }),
    );
  });
});
