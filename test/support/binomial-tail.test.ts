import { describe, expect, it } from 'vitest';
import { binomialTail } from './binomial-tail.ts';

describe('the tail of a binomial distribution', () => {
  it('is what one adds up by hand', () => {
    // Of three: (3 + 1) / 8 have two or more. Of four at a quarter: 1 − (3/4)⁴ have one or more.
    expect(binomialTail(2, 3, 0.5)).toBeCloseTo(0.5, 12);
    expect(binomialTail(1, 4, 0.25)).toBeCloseTo(1 - 81 / 256, 12);
    expect(binomialTail(3, 3, 0.1)).toBeCloseTo(0.001, 12);
    expect(binomialTail(0, 5, 0.3)).toBeCloseTo(1, 12);
  });

  it('does not vanish where every part is tiny', () => {
    // Origin: the sum of C(2000, k) 3^(2000 − k) / 4^2000 in whole numbers, by Python's fractions.
    expect(binomialTail(600, 2000, 0.25) / 2.334978407357519e-7).toBeCloseTo(1, 9);
  });
});
