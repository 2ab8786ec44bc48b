import { describe, expect, it } from 'vitest';
import { AngleEmbedder } from '../../../test/support/angle-embedder.ts';
import { aPool } from '../../../test/support/profiling-loop.ts';
import { HashedNgrams } from '#science/text/hashed-ngrams.ts';
import { activeIntents, type IntentPool } from './intent-pool.ts';
import { EMPTY_POOL, GrowingPool, initialPool } from './pool-growth.ts';

const hashed = new HashedNgrams();
const RULES = { mergeAt: 0.9, mapAt: 0.6, cap: 100 };
const named = (text: string): { name: string; description: string } => {
  const [name = '', description = ''] = text.split(': ');
  return { name, description };
};

const angles = new AngleEmbedder();

const namesOf = (pool: IntentPool): string[] => pool.intents.map(({ id, name }) => `${id} ${name}`);

describe('an initial pool', () => {
  it('has each intent once: the same words in another order, spelling or punctuation are the same intent', async () => {
    const texts = [
      'camping trip: a',
      'Trip, CAMPING!: b',
      'ｃａｍｐｉｎｇ trip trip: c',
      'straße ahead: d',
      'ahead STRASSE: e',
      'camping trips: f',
    ];
    const pool = await initialPool(texts.map(named), hashed, RULES);
    expect(namesOf(pool)).toEqual(['1 camping trip', '2 straße ahead', '3 camping trips']);
    expect(pool.version).toBe(0);
  });

  it('merges texts whose cosine is at least mergeAt, and the older wins', async () => {
    // cos 25° = .906, cos 26° = .899
    const pool = await initialPool(['a b: 0', 'c d: 25', 'e f: 26'].map(named), angles, RULES);
    expect(namesOf(pool)).toEqual(['1 a b', '2 e f']);
  });

  it('ends at the cap', async () => {
    const pool = await initialPool(['a b: 0', 'c d: 90', 'e f: 180'].map(named), angles, { ...RULES, cap: 2 });
    expect(namesOf(pool)).toEqual(['1 a b', '2 c d']);
  });
});

describe('a pool that grows', () => {
  it('gives what is new the next id and the session that proposed it, and what is known the id that it has', async () => {
    const growing = await GrowingPool.of(aPool(['a b: 0']), angles, RULES);
    expect(await growing.add(named('c d: 90'), 17)).toBe(2);
    expect(await growing.add(named('e f: 91'), 18)).toBe(2);
    expect(await growing.add(named('b a: 45'), 19)).toBe(1);
    expect(growing.growth).toEqual({ added: 1, merged: 2, mapped: 0, dropped: 0 });
    expect(growing.pool).toMatchObject({
      version: 1,
      intents: [
        { id: 1, origin: 'init' },
        { id: 2, name: 'c d', origin: 17, status: 'active', support: 0, mergedInto: null },
      ],
    });
  });

  it('maps what is new to the nearest when it is full, from mapAt on, else to none', async () => {
    const growing = await GrowingPool.of(aPool(['a b: 0', 'c d: 90']), angles, { ...RULES, cap: 2 });
    // cos 40° = .77 to the first; cos 50° = .64 to the second, of 130°; cos 60° = .5 beyond it.
    expect(await growing.add(named('e f: 40'), 1)).toBe(1);
    expect(await growing.add(named('g h: 130'), 1)).toBe(2);
    expect(await growing.add(named('i j: 150'), 1)).toBeNull();
    expect(growing.growth).toEqual({ added: 0, merged: 0, mapped: 2, dropped: 1 });
    expect(growing.pool).toEqual(aPool(['a b: 0', 'c d: 90']));
  });

  it('maps to the older of two that are equally near', async () => {
    const growing = await GrowingPool.of(aPool(['a b: 40', 'c d: 320']), angles, { ...RULES, cap: 2 });
    expect(await growing.add(named('e f: 0'), 1)).toBe(1);
  });

  it('neither merges with a retired intent nor uses its id again', async () => {
    const [first, second] = aPool(['a b: 0', 'c d: 90']).intents;
    const pool: IntentPool = { version: 3, intents: [first!, { ...second!, status: 'retired', mergedInto: 1 }] };
    const growing = await GrowingPool.of(pool, angles, RULES);
    expect(await growing.add(named('d c: 90'), 5)).toBe(3);
    expect(activeIntents(growing.pool).map(({ id }) => id)).toEqual([1, 3]);
  });

  it('begins empty', async () => {
    const growing = await GrowingPool.of(EMPTY_POOL, hashed, RULES);
    expect(await growing.add(named('tea time: a cup'), 2)).toBe(1);
  });
});
