import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfOf } from './halves.ts';

const sessions = (count: number): { session: Int32Array } => ({ session: new Int32Array(count) });

describe('the halves of a training', () => {
  it('are as large as each other, but for one session of an odd number', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(), (count, seed) => {
        const ones = halfOf(sessions(count), seed).filter((half) => half === 1).length;
        expect(ones).toBe(Math.floor(count / 2));
      }),
    );
  });

  it('are the same for a profile seed, and others for another', () => {
    expect(halfOf(sessions(40), 1)).toEqual(halfOf(sessions(40), 1));
    expect(halfOf(sessions(40), 2)).not.toEqual(halfOf(sessions(40), 1));
  });
});
