import { expect, it } from 'vitest';
import { inBatches } from './in-batches.ts';

it('finds more rows than a call takes arguments', async () => {
  const found = await inBatches([1], () => Promise.resolve(Array.from({ length: 200_000 }, (_, index) => index)));
  expect([found.length, found[0], found.at(-1)]).toEqual([200_000, 0, 199_999]);
});
