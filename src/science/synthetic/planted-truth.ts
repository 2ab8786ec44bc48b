import { SPLIT_MARK } from '#science/sessions/interactions.ts';
import { decodeSafetensors, encodeSafetensors, numbersOf } from '#science/tensors/safetensors.ts';
import { type ArrayOf, type Dtype, type Tensor, vector } from '#science/tensors/tensor.ts';
import type { PlantedLaw } from './planted-law.ts';
import type { PlantedSession } from './planted-sessions.ts';

/**
 * What was planted in a data set, beside it and for judging only: no stage is ever given it. Sessions by their number in the data
 * set, training first, then validation and test; items by their index in the data set, those that nobody clicked last.
 */
export interface PlantedTruth extends PlantedLaw {
  /** (M): names as the table of synonyms knows them. */
  readonly names: readonly string[];
  /** (S): a `SPLIT_MARK`. */
  readonly split: Uint8Array;
  /** (S): 1 for a session of two intents. */
  readonly hard: Uint8Array;
  /** (S): the first intent of each session, and its second or −1. */
  readonly sessionPrimary: Int32Array;
  readonly sessionSecondary: Int32Array;
  /** (S + 1): the clicks of session i are those from `offsets[i]` up to `offsets[i + 1]`. */
  readonly offsets: Int32Array;
  /** (clicks) */
  readonly item: Int32Array;
  /** (clicks): the intent at each. */
  readonly intent: Int32Array;
  /** (clicks): 1 for a click that has nothing to do with the intent. */
  readonly noise: Uint8Array;
}

/** The sessions of each part, in order. */
export type PlantedParts = Readonly<Record<keyof typeof SPLIT_MARK, readonly PlantedSession[]>>;

export function truthOf(law: PlantedLaw, parts: PlantedParts, names: readonly string[]): PlantedTruth {
  const sessions = [...parts.train, ...parts.valid, ...parts.test];
  const clicks = sessions.flatMap((session) => session.clicks);
  const offsets = new Int32Array(sessions.length + 1);
  for (const [at, session] of sessions.entries()) offsets[at + 1] = offsets[at]! + session.clicks.length;
  const marks = (['train', 'valid', 'test'] as const).flatMap((part) => parts[part].map(() => SPLIT_MARK[part]));
  return {
    ...law,
    names,
    split: Uint8Array.from(marks),
    hard: Uint8Array.from(sessions, ({ isHard }) => Number(isHard)),
    sessionPrimary: Int32Array.from(sessions, ({ primary }) => primary),
    sessionSecondary: Int32Array.from(sessions, ({ secondary }) => secondary),
    offsets,
    item: Int32Array.from(clicks, ({ item }) => item),
    intent: Int32Array.from(clicks, ({ intent }) => intent),
    noise: Uint8Array.from(clicks, ({ isNoise }) => Number(isNoise)),
  };
}

/** HR@20 on the test sessions of those who know more and more; see `plantedOracles`. */
export interface OracleHitRates {
  readonly popularity: number;
  readonly context: number;
  readonly sessionIntents: number;
  readonly nextIntent: number;
}

export function encodeTruth(truth: PlantedTruth, oracles: OracleHitRates): Uint8Array {
  const { intents, items, transitions, names } = truth;
  const ofIntents = (data: Float64Array | Int32Array): Tensor =>
    data instanceof Float64Array
      ? { dtype: 'F64', shape: [intents, items], data }
      : { dtype: 'I32', shape: [intents, items], data };
  const vectors = Object.fromEntries([...I32, ...F64, ...U8].map((name) => [name, vector(truth[name])]));
  return encodeSafetensors(
    { ...vectors, click: ofIntents(truth.click), follower: ofIntents(truth.follower) },
    { names: names.join(', '), transitions: String(transitions), oracles: JSON.stringify(oracles) },
  );
}

/** The vectors of the file, by type. */
const I32 = [
  'category',
  'primary',
  'secondary',
  'sessionPrimary',
  'sessionSecondary',
  'offsets',
  'item',
  'intent',
] as const satisfies readonly (keyof PlantedTruth)[];
const F64 = ['popularity', 'prior'] as const satisfies readonly (keyof PlantedTruth)[];
const U8 = ['split', 'hard', 'noise'] as const satisfies readonly (keyof PlantedTruth)[];

/** @throws DamagedTensorsError if the bytes are not what `encodeTruth` writes. */
export function decodeTruth(bytes: Uint8Array): { readonly truth: PlantedTruth; readonly oracles: OracleHitRates } {
  const file = decodeSafetensors(bytes);
  const { names = '', transitions, oracles = '{}' } = file.metadata;
  const vectorsOf = <Name extends string, D extends Dtype>(of: readonly Name[], dtype: D): Record<Name, ArrayOf[D]> =>
    Object.fromEntries(of.map((name) => [name, numbersOf(file, name, dtype)])) as Record<Name, ArrayOf[D]>;
  const integers = vectorsOf(I32, 'I32');
  const doubles = vectorsOf(F64, 'F64');
  const truth = {
    ...integers,
    ...doubles,
    ...vectorsOf(U8, 'U8'),
    click: numbersOf(file, 'click', 'F64'),
    follower: numbersOf(file, 'follower', 'I32'),
    intents: doubles.prior.length,
    items: doubles.popularity.length,
    transitions: Number(transitions),
    names: names.split(', '),
  };
  return { truth, oracles: JSON.parse(oracles) as OracleHitRates };
}
