import { wordsOf } from '#science/text/hashed-ngrams.ts';
import type { TextEmbedder } from '#science/text/text-embedder.port.ts';
import { type Intent, intentText } from './intent-pool.ts';
import type { NamedIntent } from './named-intent.ts';

/** An intent and where its text lies. */
export interface Placed<Named extends NamedIntent = NamedIntent> {
  readonly intent: Named;
  /** The words of its name, each once, in alphabetical order: letters folded, punctuation left out. */
  readonly words: string;
  /** (dimension), of length 1 unless it has no word. */
  readonly vector: Float32Array;
}

/** Intents with the embeddings of `name: description`. */
export async function placed<Named extends NamedIntent>(
  intents: readonly Named[],
  embedder: TextEmbedder,
): Promise<readonly Placed<Named>[]> {
  const { data } = await embedder.embed(intents.map(intentText));
  const rowOf = (at: number): Float32Array => data.subarray(at * embedder.dimension, (at + 1) * embedder.dimension);
  return intents.map((intent, at) => ({ intent, words: wordSet(intent), vector: rowOf(at) }));
}

/** Of unit vectors, the cosine. */
export function cosine(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < left.length; at++) sum += left[at]! * right[at]!;
  return sum;
}

/**
 * The oldest of some intents, by id, that says the same (science C.5 d): its name has the same words, whatever their order,
 * spelling of letters and punctuation; else its text has a cosine of at least `mergeAt`.
 */
export function sameIntent<Named extends NamedIntent>(
  { words, vector }: Placed,
  among: readonly Placed<Named>[],
  mergeAt: number,
): Placed<Named> | undefined {
  return among.find((other) => other.words === words) ?? among.find((other) => cosine(vector, other.vector) >= mergeAt);
}

/** The nearest of some intents with a cosine of at least `mapAt`; of equally near ones the oldest. */
export function nearestIntent(
  vector: Float32Array,
  among: readonly Placed<Intent>[],
  mapAt: number,
): Placed<Intent> | undefined {
  let [best, nearest]: [number, Placed<Intent> | undefined] = [mapAt, undefined];
  for (const other of among) {
    const near = cosine(vector, other.vector);
    if (nearest === undefined ? near >= best : near > best) [best, nearest] = [near, other];
  }
  return nearest;
}

function wordSet({ name }: NamedIntent): string {
  return [...new Set(wordsOf(name))].sort().join(' ');
}
