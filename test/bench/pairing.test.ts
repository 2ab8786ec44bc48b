import { describe, expect, it } from 'vitest';
import { figureOf, spreadOf, takeTurns } from './pairing.mjs';

describe('takeTurns', () => {
  it('lets the sides alternate and forgets the rounds of the warm-up', async () => {
    const turns: string[] = [];
    const side = (name: string) => () => Promise.resolve(`${name}${turns.push(name)}`);
    const answers = await takeTurns([side('a'), side('b')], { rounds: 2, warmUps: 1 });
    expect(turns.join('')).toBe('ababab');
    expect(answers).toEqual([
      ['a3', 'b4'],
      ['a5', 'b6'],
    ]);
  });
});

describe('figureOf', () => {
  it('takes the ratio within each round, not between the medians', () => {
    // Ratios 1/2, 4/4, 9/3; the medians alone, 4 and 3, would say 4/3.
    const rounds = [
      [1, 2],
      [4, 4],
      [9, 3],
    ] as const;
    const { sprintlab, peerSpread, ratio } = figureOf({ measure: 'm', unit: 's', peer: 'p' }, rounds);
    expect([sprintlab.median, peerSpread.median]).toEqual([4, 3]);
    expect([ratio.min, ratio.median, ratio.max]).toEqual([0.5, 1, 3]);
  });
});

describe('spreadOf', () => {
  it('takes the mean of the middle two of an even number of samples', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ min: 1, median: 2.5, max: 4, samples: [4, 1, 3, 2] });
  });
});
