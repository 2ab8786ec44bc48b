import { describe, expect, it } from 'vitest';
import { IdIndex, ownCopy } from './id-index.ts';

describe('IdIndex', () => {
  it('numbers ids from 0 by first appearance, and gives a known id its number again', () => {
    const index = new IdIndex();
    expect(['b', 'a', 'b', 'c', 'a'].map((id) => index.indexOf(id))).toEqual([0, 1, 0, 2, 1]);
    expect([...index.ids()]).toEqual(['b', 'a', 'c']);
    expect([index.size, index.find('c'), index.find('d')]).toEqual([3, 2, undefined]);
  });

  it('keeps ids apart that differ in half a surrogate pair, which UTF-8 cannot tell', () => {
    expect([ownCopy('\uD800'), ownCopy('\uD801')]).toEqual(['\uD800', '\uD801']);
    const index = new IdIndex();
    expect(['\uD800', '\uD801', '\uD800'].map((id) => index.indexOf(id))).toEqual([0, 1, 0]);
  });
});
