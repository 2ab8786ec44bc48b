import { describe, expect, it } from 'vitest';
import { stream } from '#science/random/stream.ts';
import { fillDropoutMask } from './dropout-masks.ts';

const RATE = 0.2;
const PLACES = 200_000;

/** 1 where a value is dropped. */
function dropped(name: string, seed = 1): Uint8Array {
  const mask = new Float32Array(PLACES);
  fillDropoutMask(mask, RATE, stream(seed, 'train', name));
  return Uint8Array.from(mask, (factor) => (factor === 0 ? 1 : 0));
}

/** P(both dropped) / P(the first dropped): what correlated masks raise above the rate. */
function shareGiven(first: Uint8Array, second: Uint8Array): number {
  const both = first.reduce((sum, drop, at) => sum + drop * second[at]!, 0);
  return both / first.reduce((sum, drop) => sum + drop, 0);
}

/** Four standard errors of a share among the about 40,000 places that are dropped. */
const TOLERANCE = 4 * Math.sqrt((RATE * (1 - RATE)) / (PLACES * RATE));

describe('dropout masks', () => {
  it('drop the share that is asked for and raise what is kept, so that the expectation stays', () => {
    const mask = new Float32Array(PLACES + 1);
    fillDropoutMask(mask, RATE, stream(1, 'train', 'dropout/1/0'));
    const kept = mask.filter((factor) => factor !== 0);
    expect(Math.abs(kept.length / mask.length - 0.8)).toBeLessThan(4 * Math.sqrt(0.16 / PLACES));
    expect(kept.every((factor) => factor === Math.fround(1.25))).toBe(true);
  });

  it('drop nothing at rate 0', () => {
    const mask = new Float32Array(1001);
    fillDropoutMask(mask, 0, stream(1, 'train', 'dropout/1/0'));
    expect(mask.every((factor) => factor === 1)).toBe(true);
  });

  it.each([
    ['steps', dropped('dropout/1/0'), dropped('dropout/1/1')],
    ['epochs', dropped('dropout/1/0'), dropped('dropout/2/0')],
    ['near seeds', dropped('dropout/1/0', 5), dropped('dropout/1/0', 6)],
    ['seed and step', dropped('dropout/1/1', 5), dropped('dropout/1/0', 6)],
  ])('are independent between %s', (_, first, second) => {
    expect(Math.abs(shareGiven(first, second) - RATE)).toBeLessThan(TOLERANCE);
  });

  it.each([1, 2, 3, 64, 332 * 64, 64 * 2 * 20 * 20])(
    'are independent between ops whose places lie %i apart',
    (apart) => {
      const step = dropped('dropout/1/0');
      expect(Math.abs(shareGiven(step.subarray(0, -apart), step.subarray(apart)) - RATE)).toBeLessThan(1.4 * TOLERANCE);
    },
  );

  it('are the same for the same step of the same seed', () => {
    expect(Buffer.compare(dropped('dropout/3/7'), dropped('dropout/3/7'))).toBe(0);
  });
});
