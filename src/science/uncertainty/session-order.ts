import { stream } from '#science/random/stream.ts';
import { decodeSafetensors, encodeSafetensors, numbersOf, optionalNumbersOf } from '#science/tensors/safetensors.ts';
import { vector } from '#science/tensors/tensor.ts';
import { largestFirst } from './rank-fusion.ts';

/**
 * All eligible sessions in the order in which they are profiled. It does not depend on how many of them will be: the sessions
 * of a smaller ratio are a prefix of those of a larger one.
 */
export interface SessionOrder {
  /** (N): positions in the training view. */
  readonly position: Int32Array;
  /** (N): the uncertainty of each, where the order was made from it. */
  readonly score: Float64Array | null;
}

/** Eligible sessions, by position in the training view. */
export interface EligibleSessions {
  readonly position: Int32Array;
  /** |c_s| of each. */
  readonly length: Int32Array;
}

/** One permutation a profile seed: `random`, and whatever of another order is left to chance. */
export function randomOrder({ position }: Pick<EligibleSessions, 'position'>, seed: number): Int32Array {
  const order = position.slice();
  stream(seed, 'profile', 'permutation').shuffle(order);
  return order;
}

/** By |c_s|, the longest first; ties by session number. */
export function longestOrder({ position, length }: EligibleSessions): Int32Array {
  return largestFirst(Float64Array.from(length)).map((row) => position[row]!);
}

/** By uncertainty, the largest first; ties by session number. @param uncertainty of each session, row by row. */
export function uncertainOrder(
  { position }: Pick<EligibleSessions, 'position'>,
  uncertainty: Float64Array,
): Int32Array {
  return largestFirst(uncertainty).map((row) => position[row]!);
}

/**
 * Some places left to chance: place i is exploratory iff ⌊(i+1)e⌋ > ⌊ie⌋ and takes the next unused session of the random
 * permutation; the others take the next unused one of `order`.
 */
export function explored(order: Int32Array, random: Int32Array, explore: number): Int32Array {
  const used = new Set<number>();
  const [next, nextRandom] = [unusedOf(order, used), unusedOf(random, used)];
  return order.map((_, place) => {
    const chosen = exploratoryUpTo(place + 1, explore) > exploratoryUpTo(place, explore) ? nextRandom() : next();
    used.add(chosen);
    return chosen;
  });
}

/** Sessions of chance with the lengths of `order`: place i takes the next session of the random permutation that has the length of the i-th. */
export function matchedByLength(
  order: Int32Array,
  random: Int32Array,
  lengthOf: (position: number) => number,
): Int32Array {
  const waiting = new Map<number, number[]>();
  for (const position of random.toReversed()) {
    const ofLength = waiting.get(lengthOf(position));
    if (ofLength === undefined) waiting.set(lengthOf(position), [position]);
    else ofLength.push(position);
  }
  return order.map((position) => waiting.get(lengthOf(position))!.pop()!);
}

export function encodeOrder({ position, score }: SessionOrder): Uint8Array {
  return encodeSafetensors({ position: vector(position), ...(score === null ? {} : { score: vector(score) }) });
}

/** @throws DamagedTensorsError if the bytes are not what `encodeOrder` writes. */
export function decodeOrder(bytes: Uint8Array): SessionOrder {
  const file = decodeSafetensors(bytes);
  return { position: numbersOf(file, 'position', 'I32'), score: optionalNumbersOf(file, 'score', 'F64') };
}

/** More than a product of a share and a count can be off, and less than a share of one session. */
const ROUNDING = 1e-9;

/** ⌊ie⌋, unharmed by rounding: .29 · 100 is 28.999999999999996 and means 29. */
function exploratoryUpTo(places: number, explore: number): number {
  return Math.floor(places * explore + ROUNDING);
}

function unusedOf(order: Int32Array, used: ReadonlySet<number>): () => number {
  let at = 0;
  return () => {
    while (used.has(order[at]!)) at += 1;
    return order[at]!;
  };
}
