import { expect, it } from 'vitest';
import { itemTexts } from './item-texts.ts';

const LINES = [
  { id: 'a', title: 'Rose tea', categories: ['Drinks', 'Tea'] },
  { id: 'b', title: null, categories: [] },
  { id: 'c', title: 'Soap', categories: [] },
  { id: 'd', title: null, categories: ['Bath'] },
];
const bytes = new TextEncoder().encode(LINES.map((line) => `${JSON.stringify(line)}\n`).join(''));

it('gives title and categories of the items of a catalogue, in its order', () => {
  expect(itemTexts(bytes, Int32Array.of(3, 0, 2))).toEqual(['Bath', 'Rose tea\nDrinks\nTea', 'Soap']);
});

it('gives the empty text for an item that has neither', () => {
  expect(itemTexts(bytes, Int32Array.of(1))).toEqual(['']);
});
