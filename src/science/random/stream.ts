import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** What a seed decides: the training, the profiling, or the making of data. */
export type SeedKind = 'train' | 'profile' | 'data';

/** Anything with places to exchange: an array, a typed array. */
interface Sequence<Element> {
  readonly length: number;
  [index: number]: Element;
}

/** A stream of chance. Chance is an argument: who needs it is handed a stream. */
export interface Rng {
  /** Uniform in [0, 1), with 53 random bits. */
  uniform(): number;
  /** 32 random bits as an integer from -2³¹ to 2³¹-1; the cheapest draw. */
  bits(): number;
  /** Uniform in 0..below-1, without bias. @throws RangeError unless `below` is at least 1. */
  integer(below: number): number;
  /** Shuffles in place, every order equally likely (Fisher-Yates). */
  shuffle(sequence: Sequence<unknown>): void;
  /** A stream of its own, which depends on this one's name and not on how much was drawn from it. */
  split(name: string): Rng;
}

/**
 * The stream of this name under this seed (`train/init`, `profile/permutation`, ...). The state is derived by SHA-256 from kind,
 * seed and name, so equal numbers in two kinds of seed share nothing, and a new stream moves no other.
 * Generator: xoroshiro128+ (Blackman & Vigna 2018) of pure-rand.
 */
export function stream(seed: number, kind: SeedKind, name: string): Rng {
  return streamOf(digestOf(kind, seed, name));
}

function streamOf(digest: Buffer): Rng {
  const state = [digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8), digest.readInt32LE(12)];
  const generator = xoroshiro128plusFromState(state);
  const integer = (below: number): number => {
    // The library would draw for ever from an empty range.
    if (!(below >= 1)) throw new RangeError(`No integer is below ${below} and at least 0.`);
    return uniformInt(generator, 0, below - 1);
  };
  return {
    uniform: () => uniformFloat64(generator),
    bits: () => generator.next(),
    integer,
    shuffle: (sequence) => shuffleWith(integer, sequence),
    split: (name) => streamOf(digestOf(digest.toString('hex'), name)),
  };
}

/** JSON keeps the parts apart: ('a', 'bc') and ('ab', 'c') differ. */
function digestOf(...parts: (string | number)[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

function shuffleWith(integer: (below: number) => number, sequence: Sequence<unknown>): void {
  for (let last = sequence.length - 1; last > 0; last--) {
    const chosen = integer(last + 1);
    const kept = sequence[last];
    sequence[last] = sequence[chosen];
    sequence[chosen] = kept;
  }
}
