import { describe, expect, it } from 'vitest';
import { contentHash, type ContentHash } from '#kernel/content-hash.ts';
import { garbageIn, type FoundObject } from './garbage.ts';

const [KEPT, UNKEPT, ORPHAN, LOST] = ['kept', 'unkept', 'orphan', 'lost'].map(contentHash) as [
  ContentHash,
  ContentHash,
  ContentHash,
  ContentHash,
];
const object = (hash: ContentHash, adoptedAt = 1): FoundObject => ({ hash, bytes: 1, adoptedAt });
const state = (objects: readonly FoundObject[]) => ({
  objects,
  recorded: new Set([KEPT, UNKEPT, LOST]),
  kept: new Set([KEPT]),
});

describe('garbage', () => {
  it('is what no row knows and what nobody keeps, never what somebody keeps', () => {
    const found = garbageIn(state([object(KEPT), object(UNKEPT), object(ORPHAN)]), 2);
    expect(found).toEqual({ orphans: [object(ORPHAN)], unkept: [object(UNKEPT)], rows: [UNKEPT, LOST], heldBack: [] });
  });

  it('is nothing that has just come, since it may be about to be recorded: its row stays with it', () => {
    const young = [object(UNKEPT, 2), object(ORPHAN, 3)];
    expect(garbageIn(state(young), 2)).toEqual({ orphans: [], unkept: [], rows: [LOST], heldBack: young });
  });
});
