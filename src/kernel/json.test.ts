import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type JsonValue } from './json.ts';

describe('canonicalJson', () => {
  it('writes keys in the order of their code units and no white space', () => {
    expect(canonicalJson({ b: [1, { z: null, a: true }], a: 'x' })).toBe('{"a":"x","b":[1,{"a":true,"z":null}]}');
  });

  it('refuses a number that JSON cannot say', () => {
    expect(() => canonicalJson({ rate: Number.NaN })).toThrow(RangeError);
  });

  it('does not depend on the order in which keys were set, and reads back as the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed as JsonValue)).toBe(canonicalJson(value as JsonValue));
        expect(JSON.parse(canonicalJson(value as JsonValue))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
