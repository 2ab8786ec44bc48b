import { expect, it } from 'vitest';
import { oneLine } from './one-line.ts';

it('makes every kind of line break and white space one space', () => {
  expect(oneLine(' a\r\n\tb\u2028c\u2029d\u0085e\u0000f\u00a0\u3000g ', 40)).toBe('a b c d e f g');
});

it('cuts what is longer than it may be, by characters and not by the halves of one', () => {
  expect(oneLine('a𐐨b𐐨c', 5)).toBe('a𐐨b𐐨c');
  expect(oneLine('a𐐨b𐐨c', 4)).toBe('a𐐨b…');
  expect(oneLine('one two three', 5)).toBe('one…');
});

it('drops the half of a character that is left alone', () => {
  expect(oneLine('a\ud800b', 9)).toBe('a b');
});
