import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { keysAt, valuesAt, type JsonSchema } from './json-schema.ts';

const schema = JSON.parse(readFileSync('experiments/manifest.schema.json', 'utf8')) as JsonSchema;
const labels = (offers: readonly { readonly label: string }[]) => offers.map(({ label }) => label);

it('offers the keys of a section, and of axes the dotted names of settings', () => {
  expect(labels(keysAt(schema, []))).toEqual(expect.arrayContaining(['question', 'axes', 'seeds']));
  expect(labels(keysAt(schema, ['settings', 'selection']))).toContain('strategy');
  expect(labels(keysAt(schema, ['axes']))).toEqual(expect.arrayContaining(['selection.strategy', 'method']));
  expect(labels(keysAt(schema, ['arms']))).toEqual(expect.arrayContaining(['name', 'method']));
  expect(keysAt(schema, ['no', 'such'])).toEqual([]);
});

it('offers the words that a setting can have, also as the value of an axis', () => {
  expect(labels(valuesAt(schema, ['settings', 'selection', 'strategy']))).toContain('uncertainty');
  expect(labels(valuesAt(schema, ['axes', 'enrichment.strategy']))).toContain('neighbour');
  expect(labels(valuesAt(schema, ['settings', 'profiling', 'validate']))).toEqual(['true', 'false']);
});
