import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidFilterError } from '#kernel/filter/invalid-filter.ts';
import { finiteNumber, naturalNumber, pageOf, UnknownCursorError, wholeNumber } from './listing.ts';

const items = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `t${index}`,
    status: index % 2 === 0 ? 'failed' : 'done',
    step: index,
  }));

describe('pageOf', () => {
  it('reaches every matching item once, in order, whatever the size of the pages', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.integer({ min: 1, max: 10 }), fc.boolean(), (count, limit, isFiltered) => {
        const all = items(count);
        const filter = isFiltered ? { filter: 'status=failed' } : {};
        const found: unknown[] = [];
        let next: string | null = null;
        do {
          const page: ReturnType<typeof pageOf> = pageOf(all, 'id', {
            limit,
            ...filter,
            ...(next === null ? {} : { after: next }),
          });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          found.push(...page.items);
          next = page.next;
        } while (next !== null);
        expect(found).toEqual(all.filter(({ status }) => !isFiltered || status === 'failed'));
      }),
    );
  });

  it('goes on after an item that no longer matches', () => {
    const page = pageOf(items(6), 'id', { limit: 10, filter: 'status=failed', after: 't1' });
    expect(page.items.map(({ id }) => id)).toEqual(['t2', 't4']);
  });

  it('refuses a cursor that is no id, instead of beginning anew', () => {
    expect(() => pageOf(items(3), 'id', { limit: 1, after: 't9' })).toThrow(UnknownCursorError);
  });

  it('compares numbers as they are written, and takes != for the opposite', () => {
    const page = pageOf(items(4), 'id', { limit: 10, filter: 'step != 2 and status = "failed"' });
    expect(page.items.map(({ id }) => id)).toEqual(['t0']);
  });

  it.each(['step>two', 'nonsense', '=2', 'status=failed and'])('refuses the filter %j', (filter) => {
    expect(() => pageOf(items(3), 'id', { limit: 1, filter })).toThrow(InvalidFilterError);
  });

  it('refuses an unknown field, and says which was meant', () => {
    const filtering = () => pageOf(items(3), 'id', { limit: 1, filter: 'statsu=failed' });
    expect(filtering).toThrow(
      'Filter, column 1: there is no field "statsu". Did you mean status? Expected: id, status, step.',
    );
  });
});

describe('a number of the command line', () => {
  it.each([
    [wholeNumber, ['1', '250', '999999999'], ['0', '-1', '1.5', '1e3', '', ' 1', '٣', '9999999999']],
    [naturalNumber, ['0', '1', '4294967295'], ['-1', '01', '0x1', '', '1_000']],
    [finiteNumber, ['0', '-1.5', '1e3'], ['', ' ', 'NaN', 'Infinity', '1,5', 'two']],
  ])('is taken where it is one: %o', (read, right, wrong) => {
    expect(right.map(read)).toEqual(right.map(Number));
    for (const text of wrong) expect(() => read(text), JSON.stringify(text)).toThrow(/^It must be a/);
  });
});
