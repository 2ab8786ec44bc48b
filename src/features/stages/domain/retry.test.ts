import { describe, expect, it } from 'vitest';
import { pauseBeforeRetry } from './retry.ts';

describe('a stage that met a mishap', () => {
  it('is tried again after a second, then after four, and then has failed', () => {
    expect([1, 2, 3, 4].map((failures) => pauseBeforeRetry({ isRefusal: false }, failures))).toEqual([
      1_000,
      4_000,
      null,
      null,
    ]);
  });

  it('is not tried again when it refused', () => {
    expect(pauseBeforeRetry({ isRefusal: true }, 1)).toBeNull();
  });
});
