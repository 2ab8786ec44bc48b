import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCategories } from './categories.ts';

describe('parseCategories', () => {
  it('takes a plain text as one category, commas and all', () => {
    expect(parseCategories('Books, used', null)).toEqual(['Books, used']);
  });

  it('splits at the separator, without blanks and repeats', () => {
    expect(parseCategories('OPI | Makeup |  | Nails | Makeup', '|')).toEqual(['OPI', 'Makeup', 'Nails']);
  });

  it('reads a bracket list without quotes', () => {
    expect(parseCategories('[[Electronics,Camera & Photo,Bags & Cases]]', null)).toEqual([
      'Electronics',
      'Camera & Photo',
      'Bags & Cases',
    ]);
  });

  it('flattens paths in order and keeps what they share once', () => {
    expect(parseCategories('[[A,B],[A,C]]', null)).toEqual(['A', 'B', 'C']);
    expect(
      parseCategories(
        [
          ['A', 'B'],
          ['A', 'C'],
        ],
        null,
      ),
    ).toEqual(['A', 'B', 'C']);
  });

  it('keeps a comma inside quotes, in JSON and in the way Python writes lists', () => {
    expect(parseCategories('["Hair, Nails","Skin"]', null)).toEqual(['Hair, Nails', 'Skin']);
    expect(parseCategories(String.raw`['Hair, Nails', "Men's", 'Women\'s']`, null)).toEqual([
      'Hair, Nails',
      "Men's",
      "Women's",
    ]);
  });

  it('keeps an apostrophe of a name without quotes', () => {
    expect(parseCategories("[[Men's Shoes,Women's Shoes]]", null)).toEqual(["Men's Shoes", "Women's Shoes"]);
  });

  it.each([undefined, null, '', '  ', '[]', '[[]]', true])('finds nothing in %j', (cell) => {
    expect(parseCategories(cell, null)).toEqual([]);
  });

  it('reads back any list of distinct names that was written as JSON', () => {
    const names = fc.uniqueArray(
      fc.string({ minLength: 1 }).map((name) => `c${name.trim()}`),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(names, (list) => {
        expect(parseCategories(JSON.stringify(list), null)).toEqual(list);
      }),
    );
  });
});
