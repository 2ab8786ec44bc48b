import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInstant, parseNumber } from './time-unit.ts';

describe('parseNumber', () => {
  it.each([
    ['0', 0],
    [' 5.5 ', 5.5],
    ['-3', -3],
    ['.5', 0.5],
    ['1.', 1],
    ['1.3188e9', 1_318_800_000],
  ])('reads %j', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it.each(['', ' ', 'NaN', 'Infinity', '1e999', '0x10', '1,5', '12 apples', '1_000'])('refuses %j', (text) => {
    expect(parseNumber(text)).toBeNull();
  });

  it('reads back every finite number', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
    fc.assert(
      fc.property(finite, (value) => {
        expect(parseNumber(String(value))).toBe(value);
      }),
    );
  });
});

describe('parseInstant', () => {
  // 2011-10-18 is day 15,265 since 1970: 15,265 x 86,400 = 1,318,896,000.
  it.each([
    ['2011-10-18', 1_318_896_000],
    ['2011-10-18T00:00:01', 1_318_896_001],
    ['2011-10-18 00:00:01.5', 1_318_896_001.5],
    ['2011-10-18T02:00Z', 1_318_903_200],
    ['2011-10-18T02:00:00+02:00', 1_318_896_000],
    ['2011-10-18T02:00:00+0200', 1_318_896_000],
  ])('reads %s', (text, seconds) => {
    expect(parseInstant(text)).toBe(seconds);
  });

  it.each(['', '1318896000', '18.10.2011', '2011-02-30', '2011-13-01', '2011-10-18T25:00'])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeNull();
  });
});
