import { describe, expect, it } from 'vitest';
import { summarise } from './comparison.ts';

describe('summarise', () => {
  it('gives mean and sample standard deviation', () => {
    // mean 4; squares 4 + 0 + 4 = 8; 8 / 2 = 4; root 2
    expect(summarise([2, 4, 6])).toEqual({ mean: 4, sd: 2, interval: null, values: [2, 4, 6] });
  });

  it('claims no spread of a single trial', () => {
    expect(summarise([0.1]).sd).toBeNull();
  });
});
