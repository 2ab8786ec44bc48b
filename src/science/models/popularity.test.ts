import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '#science/tensors/safetensors.ts';
import { aView } from '../../../test/support/session-views.ts';
import { decodePopularity, encodePopularity, fitPopularity, popularityRecommender } from './popularity.ts';

describe('popularity', () => {
  it('scores an item by its interactions, whatever came before', () => {
    const model = fitPopularity(aView([[1, 2, 1], [2], [1]], { itemCount: 3 }));
    const read = popularityRecommender(decodePopularity(decodeSafetensors(encodePopularity(model))));
    const scores = new Float64Array(4);
    read.score(Int32Array.of(3), scores);
    expect([...scores]).toEqual([0, 3, 2, 0]);
    expect(read.itemCount).toBe(3);
  });

  it('counts a session that several views hold once, as the last of them has it', () => {
    const [train, valid, test] = [aView([[1]], { itemCount: 3 }), aView([[1, 2]]), aView([[1, 2, 3]])];
    expect([...fitPopularity(train, valid, test).counts]).toEqual([0, 1, 1, 1]);
  });

  it('counts all views where each has its own sessions', () => {
    const [train, test] = [aView([[1, 2]]), { ...aView([[2]]), session: Int32Array.of(7) }];
    expect([...fitPopularity(train, test).counts]).toEqual([0, 1, 2]);
  });
});
