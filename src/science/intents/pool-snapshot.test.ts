import { expect, it } from 'vitest';
import { aPool } from '../../../test/support/profiling-loop.ts';
import { HashedNgrams } from '#science/text/hashed-ngrams.ts';
import { PoolSnapshot } from './pool-snapshot.ts';

const WORDS = ['tea', 'lamp', 'tent', 'boot', 'desk', 'yarn', 'drum'];
/** Intents of two words each: no. 1 is `tea a1`. */
const manyIntents = (count: number): ReturnType<typeof aPool> =>
  aPool(
    Array.from(
      { length: count },
      (_, at) => `${WORDS[at % WORDS.length]!} a${at + 1}: for ${WORDS[at % WORDS.length]!}`,
    ),
  );

it('a pool of 60 is shown whole', async () => {
  const snapshot = await PoolSnapshot.of(manyIntents(60), new HashedNgrams());
  expect((await snapshot.shownFor('tent')).map(({ id }) => id)).toEqual(Array.from({ length: 60 }, (_, at) => at + 1));
});

it('of a larger pool the 40 nearest to the text are shown, by id', async () => {
  const snapshot = await PoolSnapshot.of(manyIntents(98), new HashedNgrams());
  const shown = await snapshot.shownFor('Tent for two\nTents');
  expect(shown).toHaveLength(40);
  expect(shown.map(({ id }) => id)).toEqual(shown.map(({ id }) => id).sort((left, right) => left - right));
  // All 14 of the word are among them.
  expect(shown.filter(({ name }) => name.startsWith('tent')).length).toBe(14);
});

it('a text without a word is as near to one as to the other: the oldest are shown', async () => {
  const snapshot = await PoolSnapshot.of(manyIntents(61), new HashedNgrams());
  expect((await snapshot.shownFor('')).map(({ id }) => id)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
});

it('retired intents are shown to nobody', async () => {
  const { version, intents } = manyIntents(3);
  const pool = {
    version,
    intents: intents.map((intent) => (intent.id === 2 ? { ...intent, status: 'retired' as const } : intent)),
  };
  const snapshot = await PoolSnapshot.of(pool, new HashedNgrams());
  expect((await snapshot.shownFor('lamp')).map(({ id }) => id)).toEqual([1, 3]);
});
