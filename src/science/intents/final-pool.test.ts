import { describe, expect, it } from 'vitest';
import { AngleEmbedder } from '../../../test/support/angle-embedder.ts';
import { aPool } from '../../../test/support/profiling-loop.ts';
import { finalPool } from './final-pool.ts';
import type { IntentPool } from './intent-pool.ts';

const embedder = new AngleEmbedder();
const RULES = { minSupport: 2, mapAt: 0.6, cap: 100 };

/** 1 and 2 are from the beginning, the others new. */
function grownPool(texts: readonly string[]): IntentPool {
  const { version, intents } = aPool(texts);
  return {
    version,
    intents: intents.map((intent) => (intent.id > 2 ? { ...intent, origin: 100 + intent.id } : intent)),
  };
}
const POOL = grownPool(['a b: 0', 'c d: 90', 'e f: 30', 'g h: 200', 'i j: 100']);
const status = ({ intents }: IntentPool): unknown[] =>
  intents.map(({ id, status, support, mergedInto }) => [id, status, support, mergedInto]);

describe('the final pool', () => {
  it('retires new intents of little support, and moves their labels to the nearest that stays, or drops them', async () => {
    // 3 (one label, cos 30° = .87 to 1) moves to 1; 4 (one label, cos 100° to 5 and less to others) leaves; 5 has two and stays.
    const accepted = [
      { position: 9, intents: [3, 5] },
      { position: 2, intents: [4] },
      { position: 4, intents: [1, 5] },
    ];
    const { pool, labels, retired } = await finalPool(POOL, accepted, embedder, RULES);
    expect(status(pool)).toEqual([
      [1, 'active', 2, null],
      [2, 'active', 0, null],
      [3, 'retired', 0, 1],
      [4, 'retired', 0, null],
      [5, 'active', 2, null],
    ]);
    expect(retired).toEqual([3, 4]);
    expect(pool.version).toBe(1);
    // Places among the active ones: 1 is 0, 2 is 1, 5 is 2. Sessions by position; that of intent 4 alone has no label left.
    expect([...labels.position]).toEqual([4, 9]);
    expect([...labels.offsets]).toEqual([0, 2, 4]);
    expect([...labels.intents]).toEqual([0, 2, 0, 2]);
  });

  it('counts an intent once in a label to which two of it move', async () => {
    const { labels, pool } = await finalPool(POOL, [{ position: 1, intents: [1, 3] }], embedder, RULES);
    expect([...labels.intents]).toEqual([0]);
    expect(pool.intents[0]!.support).toBe(1);
  });

  it('keeps intents from the beginning, whatever their support, and new ones of enough', async () => {
    const { pool } = await finalPool(POOL, [], embedder, { ...RULES, minSupport: 0 });
    expect(pool.intents.every((intent) => intent.status === 'active')).toBe(true);
    const without = await finalPool(POOL, [], embedder, RULES);
    expect(without.pool.intents.filter((intent) => intent.status === 'active').map(({ id }) => id)).toEqual([1, 2]);
  });

  it('retires beyond the cap those of the least support, of equal support the younger', async () => {
    const accepted = [
      { position: 1, intents: [2] },
      { position: 2, intents: [5] },
      { position: 3, intents: [5, 4] },
    ];
    const { retired } = await finalPool(POOL, accepted, embedder, { minSupport: 0, mapAt: 0.6, cap: 3 });
    expect(retired).toEqual([1, 3]);
  });

  it('has no labels where no intent is left', async () => {
    const pool: IntentPool = { version: 0, intents: POOL.intents.slice(3) };
    const { labels, pool: final } = await finalPool(pool, [{ position: 1, intents: [4] }], embedder, RULES);
    expect(final.intents.map((intent) => intent.status)).toEqual(['retired', 'retired']);
    expect([...labels.position]).toEqual([]);
    expect([...labels.offsets]).toEqual([0]);
  });
});
