import { expect, it } from 'vitest';
import { overlapsTitle } from './title-overlap.ts';

it.each([
  ['nail polish', 'OPI Nail Lacquer', true],
  ['NAIL care', 'nail-file', true],
  ['gifts for the home', 'Lamp for the desk', false],
  ['camping trip', 'Tent', false],
  ['camping trip', null, false],
])('%j and the title %j: %s', (name, title, overlaps) => {
  expect(overlapsTitle(name, title)).toBe(overlaps);
});
