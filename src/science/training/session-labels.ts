import type { IntentLabels } from '#science/intents/intent-labels.ts';
import type { Rng } from '#science/random/stream.ts';
import type { Contexts } from './contexts.ts';

/** The labels of contexts. */
export interface SessionLabels {
  /** (L): places of the labelled sessions among the contexts, ascending. */
  readonly labelled: Int32Array;
  /** (N): the intents of each context, empty where it has no label. */
  readonly intents: readonly Int32Array[];
}

/** A label without intents is none. */
export function sessionLabels({ position, offsets, intents }: IntentLabels, contexts: Contexts): SessionLabels {
  const byPosition = new Map(Array.from(position, (at, label) => [at, labelAt(label)] as const));
  const ofContexts = Array.from(contexts.position, (at) => byPosition.get(at) ?? new Int32Array(0));
  const places = Int32Array.from(ofContexts.keys());
  return { labelled: places.filter((context) => ofContexts[context]!.length > 0), intents: ofContexts };

  function labelAt(label: number): Int32Array {
    return intents.subarray(offsets[label], offsets[label + 1]);
  }
}

/**
 * The control of shuffled labels: each labelled session gets the label of another one, so that every intent keeps its count and
 * says nothing of its sessions. Whom each gets it from is a cycle of chance through all.
 */
export function shuffledLabels({ position, offsets, intents }: IntentLabels, rng: Rng): IntentLabels {
  const cycle = Int32Array.from(position.keys());
  rng.shuffle(cycle);
  const giver = new Int32Array(cycle.length);
  for (const [at, label] of cycle.entries()) giver[label] = cycle[(at + 1) % cycle.length]!;
  const dealt = Array.from(giver, (label) => intents.subarray(offsets[label], offsets[label + 1]));
  let end = 0;
  return {
    position,
    offsets: Int32Array.from([0, ...dealt.map(({ length }) => (end += length))]),
    intents: Int32Array.from(dealt.flatMap((label) => [...label])),
  };
}

/** y_s: uniform over the session's intents, (M). */
export function labelDistribution(intents: Int32Array, count: number): Float32Array {
  const distribution = new Float32Array(count);
  for (const intent of intents) distribution[intent]! += 1 / intents.length;
  return distribution;
}

/** (1 − ε) y + ε / M: no intent is impossible. */
export function smoothed(distribution: Float32Array, smoothing: number): Float32Array {
  return distribution.map((share) => (1 - smoothing) * share + smoothing / distribution.length);
}

/** α y + (1 − α) ỹ: what an accepted label leaves open, its neighbours may say. */
export function blended(label: Float32Array, enriched: Float32Array, blend: number): Float32Array {
  return label.map((share, intent) => blend * share + (1 - blend) * enriched[intent]!);
}
