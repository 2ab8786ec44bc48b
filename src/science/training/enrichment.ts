import { relativeEntropy } from './intent-entropy.ts';
import type { Neighbours } from './neighbours.ts';
import { labelDistribution, type SessionLabels } from './session-labels.ts';

/** How sessions get intents that nobody gave them (science C.8). */
export type EnrichmentSettings = Readonly<{
  /** From their neighbours, from themselves, or from those of their neighbours that have a label. */
  strategy: 'self' | 'neighbour' | 'labelled-only';
  /** K */
  neighbours: number;
  /** τ_n */
  temperature: number;
  /** α: the share of a session's own label in what it is taught. */
  blend: number;
  /** μ of the teacher θ̄ ← μ θ̄ + (1 − μ) θ. */
  teacher: number;
  /** The confidence from which on a session is taught: a number, or the median of those without a label when enrichment begins. */
  confidence: 'median' | number;
}>;

/** What the teacher makes of every context. */
export interface IntentBank {
  /** h̄ (N, d), rows of length 1 */
  readonly hidden: Float32Array;
  /** p̄ (N, M) */
  readonly intents: Float32Array;
  /** M */
  readonly count: number;
}

/** ỹ and κ of every context. */
export interface EnrichedTargets {
  /** ỹ (N, M) */
  readonly distributions: Float32Array;
  /** κ (N): 1 of one intent alone, 0 of a uniform distribution, and where there is none. */
  readonly confidence: Float64Array;
  /** (N): 1 where there is a ỹ. */
  readonly exists: Uint8Array;
}

/** Below it a distribution says next to nothing, whatever the others are. */
const LEAST_CONFIDENCE = 0.05;

/** Whether a strategy asks who the neighbours are. */
export function usesNeighbours({ strategy }: EnrichmentSettings): boolean {
  return strategy !== 'self';
}

/**
 * ỹ_s of every context, from the bank of the teacher and the labels:
 *
 *     neighbour      ỹ_s = Σ_j w_j t_j over N_K(s), t_j = y_j if j has a label, else p̄_j;  w = softmax(cos / τ_n)
 *     labelled-only  the same over the labelled ones of N_K(s), w renormalised; none of them: no ỹ
 *     self           ỹ_s = p̄_s
 *     κ_s = 1 − H(ỹ_s) / ln M
 *
 * y is not smoothed here: where all neighbours have one intent, ỹ is that intent.
 *
 * @param neighbours of a strategy that uses them.
 */
export function enrichedTargets(
  bank: IntentBank,
  labels: SessionLabels,
  { settings, neighbours }: { readonly settings: EnrichmentSettings; readonly neighbours: Neighbours | null },
): EnrichedTargets {
  const n = labels.intents.length;
  const { count } = bank;
  const isLabelledOnly = settings.strategy === 'labelled-only';
  const taught = isLabelledOnly ? new Float32Array(bank.intents.length) : bank.intents.slice();
  for (const context of labels.labelled)
    taught.set(labelDistribution(labels.intents[context]!, count), context * count);
  const distributions = neighbours === null ? bank.intents.slice() : new Float32Array(n * count);
  const exists = new Uint8Array(n).fill(neighbours === null ? 1 : 0);
  const confidence = new Float64Array(n);
  for (let context = 0; context < n; context++) {
    const row = distributions.subarray(context * count, (context + 1) * count);
    if (neighbours !== null) {
      const weights = neighbourWeights(neighbours, context, settings.temperature);
      if (isLabelledOnly) keepLabelled(weights, neighbours, { context, labels });
      exists[context] = addNeighbours(row, { weights, neighbours, context, taught }) ? 1 : 0;
    }
    if (exists[context] === 1) confidence[context] = Math.max(0, 1 - relativeEntropy(row));
  }
  return { distributions, confidence, exists };
}

/**
 * The confidence from which on sessions without a label are taught: as it was set, or max(.05, the median of theirs).
 * @param confidence κ (N)
 */
export function confidenceThreshold(
  setting: EnrichmentSettings['confidence'],
  confidence: Float64Array,
  { intents }: SessionLabels,
): number {
  if (setting !== 'median') return setting;
  const unlabelled = confidence.filter((_, context) => intents[context]!.length === 0).sort();
  if (unlabelled.length === 0) return LEAST_CONFIDENCE;
  const middle = (unlabelled.length - 1) / 2;
  const median = (unlabelled[Math.floor(middle)]! + unlabelled[Math.ceil(middle)]!) / 2;
  return Math.max(LEAST_CONFIDENCE, median);
}

/** The contexts without a label whose ỹ is sure enough to be taught, ascending. */
export function confidentContexts(
  { confidence, exists }: EnrichedTargets,
  { intents }: SessionLabels,
  threshold: number,
): Int32Array {
  return Int32Array.from(intents.keys()).filter(
    (context) => intents[context]!.length === 0 && exists[context] === 1 && confidence[context]! >= threshold,
  );
}

/** Share of the contexts that have one with a label among their neighbours. */
export function labelCoverage({ count, rows }: Neighbours, { intents }: SessionLabels): number {
  const covered = intents.filter((_, context) =>
    rows.subarray(context * count, (context + 1) * count).some((other) => intents[other]!.length > 0),
  );
  return covered.length / intents.length;
}

/** w = softmax(cos / τ_n) over the neighbours of a context. */
function neighbourWeights({ count, cosines }: Neighbours, context: number, temperature: number): Float64Array {
  const own = cosines.subarray(context * count, (context + 1) * count);
  // The nearest comes first. Less it, no exponential overflows, and the weights are the same.
  const weights = own.map((cosine) => Math.exp((cosine - own[0]!) / temperature));
  return normalised(weights);
}

function keepLabelled(
  weights: Float64Array,
  { count, rows }: Neighbours,
  { context, labels }: { readonly context: number; readonly labels: SessionLabels },
): void {
  for (let place = 0; place < count; place++) {
    if (labels.intents[rows[context * count + place]!]!.length === 0) weights[place] = 0;
  }
  normalised(weights);
}

interface Neighbourhood {
  readonly weights: Float64Array;
  readonly neighbours: Neighbours;
  readonly context: number;
  /** t (N, M) */
  readonly taught: Float32Array;
}

/** Adds Σ_j w_j t_j to a row of zeros. Gives whether there was any weight. */
function addNeighbours(row: Float32Array, { weights, neighbours, context, taught }: Neighbourhood): boolean {
  const { count, rows } = neighbours;
  const intents = row.length;
  let hasAny = false;
  for (let place = 0; place < count; place++) {
    const weight = weights[place]!;
    if (weight === 0) continue;
    hasAny = true;
    const first = rows[context * count + place]! * intents;
    for (let intent = 0; intent < intents; intent++) row[intent]! += weight * taught[first + intent]!;
  }
  return hasAny;
}

/** In place; all zeros stay zeros. */
function normalised(weights: Float64Array): Float64Array {
  let total = 0;
  for (const weight of weights) total += weight;
  if (total > 0) for (let place = 0; place < weights.length; place++) weights[place]! /= total;
  return weights;
}
