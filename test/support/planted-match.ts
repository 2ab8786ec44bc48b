import type { IntentLabels } from '#science/intents/intent-labels.ts';
import { activeIntents, type Intent, type IntentPool, intentText } from '#science/intents/intent-pool.ts';
import type { SessionView } from '#science/sessions/session-view.ts';
import type { PlantedTruth } from '#science/synthetic/planted-truth.ts';
import type { Synonyms } from '#science/synthetic/planted-words.ts';
import { wordsOf } from '#science/text/hashed-ngrams.ts';

/** Training sessions, and what was planted in them. */
export interface Planted {
  readonly train: Pick<SessionView, 'session'>;
  readonly truth: Pick<PlantedTruth, 'names' | 'sessionPrimary' | 'sessionSecondary' | 'offsets' | 'intent'>;
  readonly synonyms: Synonyms;
}

/** The one or two true intents of a session, by its number. */
export function trueIntents(
  { sessionPrimary, sessionSecondary }: Planted['truth'],
  session: number,
): readonly number[] {
  return [sessionPrimary[session]!, sessionSecondary[session]!].filter((intent) => intent >= 0);
}

/** The true intent of the last click of a session's context: of its last click but one. */
export function lastContextIntent({ intent, offsets }: Planted['truth'], session: number): number {
  return intent[offsets[session + 1]! - 2]!;
}

/**
 * For each active intent of a pool, by its place, the true intent that it stands for (science D): the one of most training clicks
 * among the sessions whose label has it; of an intent in no label the one whose words it shares most. Ties go to the lower number.
 */
export function matchedIntents(pool: IntentPool, labels: IntentLabels, planted: Planted): Int32Array {
  const { truth, train } = planted;
  const intents = activeIntents(pool);
  const clicks = intents.map(() => new Float64Array(truth.names.length));
  for (const { position, intents: labelled } of labelsIn(labels)) {
    const session = train.session[position]!;
    for (const intent of labelled)
      for (const clicked of truth.intent.subarray(truth.offsets[session], truth.offsets[session + 1]))
        clicks[intent]![clicked]! += 1;
  }
  return Int32Array.from(intents, (intent, place) => {
    const isSupported = clicks[place]!.some((count) => count > 0);
    return placeOfLargest(isSupported ? clicks[place]! : wordsShared(intent, planted));
  });
}

/** Share of the intents of labels that stand for a true intent of their session. @param matched by place in the pool. */
export function labelPrecision(labels: IntentLabels, matched: Int32Array, { truth, train }: Planted): number {
  const right = labelsIn(labels).flatMap(({ position, intents }) => {
    const own = trueIntents(truth, train.session[position]!);
    return Array.from(intents, (intent) => own.includes(matched[intent]!));
  });
  return right.filter(Boolean).length / right.length;
}

/** NMI of the intents of labels with the true intent of the last context click; the intents of a label count as one together. */
export function labelInformation(labels: IntentLabels, { truth, train }: Planted): number {
  const pairs = labelsIn(labels).flatMap(({ position, intents }) => {
    const right = lastContextIntent(truth, train.session[position]!);
    return Array.from(intents, (left): Pair => ({ left, right, weight: 1 / intents.length }));
  });
  return mutualInformation(pairs);
}

/** Two kinds that came together, and how much that counts; 1 unless it is said. */
export interface Pair {
  readonly left: number;
  readonly right: number;
  readonly weight?: number;
}

/** NMI = 2 I(L; R) / (H(L) + H(R)): 1 where each tells the other, 0 where they have nothing to do with each other, or never change. */
export function mutualInformation(pairs: readonly Pair[]): number {
  const [left, right] = [entropyBy(pairs, (pair) => pair.left), entropyBy(pairs, (pair) => pair.right)];
  const both = entropyBy(pairs, (pair) => `${pair.left}/${pair.right}`);
  return left + right === 0 ? 0 : (2 * (left + right - both)) / (left + right);
}

/** The first of equally large ones. */
export function placeOfLargest(values: ArrayLike<number>): number {
  let largest = 0;
  for (let place = 1; place < values.length; place++) if (values[place]! > values[largest]!) largest = place;
  return largest;
}

/** In nats. */
function entropyBy(pairs: readonly Pair[], kindOf: (pair: Pair) => number | string): number {
  const weights = new Map<number | string, number>();
  for (const pair of pairs) weights.set(kindOf(pair), (weights.get(kindOf(pair)) ?? 0) + (pair.weight ?? 1));
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return [...weights.values()].reduce((sum, weight) => sum - (weight / total) * Math.log(weight / total), 0);
}

function labelsIn({ position, offsets, intents }: IntentLabels) {
  return Array.from(position, (at, label) => ({
    position: at,
    intents: intents.subarray(offsets[label], offsets[label + 1]),
  }));
}

/** (M): words of a pool intent that name a true one, or mean it in titles. */
function wordsShared(intent: Intent, { truth, synonyms }: Planted): Float64Array {
  const own = wordsOf(intentText(intent));
  return Float64Array.from(truth.names, (name) => {
    const known = new Set(name.split(' ').flatMap((word) => [word, ...(synonyms[word] ?? [])]));
    return own.filter((word) => known.has(word)).length;
  });
}
