import { describe, expect, it } from 'vitest';
import { murmurHash } from './murmur-hash.ts';

describe('murmurHash', () => {
  // Origin: scikit-learn, sklearn.utils.murmurhash3_32(text, seed=0, positive=False). Tails of 0, 1, 1 and 2 bytes.
  it.each([
    ['', 0],
    ['a', 1009084850],
    ['hello', 613153351],
    ['ä men', -2058968845],
  ])('hashes %j as the reference does', (text, hash) => {
    expect(murmurHash(new TextEncoder().encode(text))).toBe(hash);
  });
});
