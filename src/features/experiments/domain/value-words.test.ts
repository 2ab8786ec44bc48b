import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { manifestSchema } from './manifest-schema.ts';
import { dropoutRate, learningRate, whole } from './setting.ts';
import { allowedInWords, keysOf, schemaAt, valueSchema, wordsOf } from './value-words.ts';

describe('allowedInWords', () => {
  it.each([
    [z.enum(['a', 'b']), 'one of a, b'],
    [z.boolean(), 'true or false'],
    [whole(2), 'a whole number of at least 2'],
    [whole(2, 200), 'a whole number from 2 to 200'],
    [dropoutRate(), 'a number of at least 0 and below 1'],
    [learningRate(), 'a number above 0 and up to 1'],
    [z.number(), 'a number'],
    [z.union([z.literal('auto'), whole(1)]), '"auto" or a whole number of at least 1'],
    [z.strictObject({ a: z.string(), b: z.string() }), 'a mapping with the keys a, b'],
  ])('puts a schema into words', (schema, words) => {
    expect(allowedInWords(valueSchema(schema))).toBe(words);
  });
});

describe('schemaAt', () => {
  const schema = valueSchema(manifestSchema);

  it('follows keys, items and the branches of a choice', () => {
    expect(wordsOf(schemaAt(schema, ['settings', 'selection', 'strategy']) ?? {})).toContain('random-matched');
    expect(allowedInWords(schemaAt(schema, ['onFailure', 'stopAfter']) ?? {})).toBe('a whole number of at least 1');
    expect(keysOf(schemaAt(schema, ['arms', 3, 'loss']) ?? {})).toEqual(['intent', 'enrichment']);
  });

  it('leads nowhere for keys that are not there, inherited ones of JavaScript too', () => {
    expect(schemaAt(schema, ['settings', 'constructor'])).toBeNull();
    expect(schemaAt(schema, ['settings', 'nothing', 'at', 'all'])).toBeNull();
  });
});
