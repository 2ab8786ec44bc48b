import { describe, expect, it } from 'vitest';
import { race, raceFindings, type Racer } from './race.mjs';

/** Epochs of `seconds` each, with these qualities after them; writes its initial into the log at each epoch. */
function racer(name: string, seconds: number, qualities: readonly number[], log: string[] = []): Racer {
  let epochs = 0;
  return {
    name,
    ask: (question) => {
      if (question === 'evaluate')
        return Promise.resolve({ seconds: 1, 'ndcg@20': qualities[epochs - 1], peakMemoryBytes: 1e6 });
      epochs += 1;
      log.push(name.charAt(0));
      return Promise.resolve({ seconds, targets: 10 });
    },
  };
}

const RULES = { epochs: 3, quality: 0.5, quick: false, tell: () => undefined };
const WORDS = { quality: 0.5, peer: 'peer', data: 'toy' };

describe('race', () => {
  it('lets Sprintlab train as long as its peer before the peer goes on', async () => {
    const log: string[] = [];
    await race({ ours: racer('ours', 4, [0, 0, 0, 0, 0.5], log), peer: racer('peer', 10, [0, 0.5], log) }, RULES);
    // 10 s; 4, 8, 12 s; 20 s; 16, 20 s.
    expect(log.join('')).toBe('pooopoo');
  });

  it('stops a peer that may train no longer, and goes on alone', async () => {
    const log: string[] = [];
    const qualities = [...Array.from({ length: 6 }, () => 0), 0.6];
    await race({ ours: racer('ours', 10, qualities, log), peer: racer('peer', 10, [0, 0, 0], log) }, RULES);
    expect(log.join('')).toBe('popopooooo');
  });
});

describe('raceFindings', () => {
  it('compares the seconds of training until both had the quality', async () => {
    const laps = await race({ ours: racer('ours', 4, [0.1, 0.5]), peer: racer('peer', 10, [0.2, 0.5]) }, RULES);
    const { figures } = raceFindings(laps, WORDS);
    const ratios = figures.map(({ measure, ratio }) => [measure, ratio.median]);
    expect(ratios).toContainEqual(['training to validation NDCG@20 0.5', 8 / 20]);
    expect(ratios).toContainEqual(['an epoch on toy', 4 / 10]);
  });

  it('gives no ratio for a quality that one of them did not reach, and says so', async () => {
    const laps = await race({ ours: racer('ours', 4, [0.5]), peer: racer('peer', 10, [0.1, 0.2, 0.3]) }, RULES);
    const { figures, notes } = raceFindings(laps, WORDS);
    expect(figures.map(({ measure }) => measure)).not.toContain('training to validation NDCG@20 0.5');
    expect(notes).toContain(
      'training to validation NDCG@20 0.5: sprintlab after 4 s, peer not within 30 s (epochs: 3)',
    );
  });
});
