import type { Value, Values } from '#science/engine/graph.ts';
import { add, multiply, scale, sigmoid } from '#science/engine/ops/elementwise.ts';
import { gelu } from '#science/engine/ops/gelu.ts';
import { dotProducts, linear, matmul } from '#science/engine/ops/matmul.ts';
import { concatenate } from '#science/engine/ops/shape.ts';
import { softmax } from '#science/engine/ops/softmax.ts';
import { fillNormal } from '#science/random/normal.ts';
import type { Rng } from '#science/random/stream.ts';
import type { Drop } from './sasrec-encoder.ts';
import { type Weights, type WeightShapes, zeroWeights } from './weights.ts';

/**
 * How a session's intents enter its embedding: through a gate, as they are, or not at all (`none`: they are predicted beside it,
 * by a model that recommends without them).
 */
export type Fusion = 'gated' | 'add' | 'none';

/** What a predictor is, beside the width d of the backbone that it stands on. */
export interface PredictorShape {
  /** M */
  readonly intents: number;
  readonly fusion: Fusion;
  /** τ_p */
  readonly temperature: number;
}

/** The names of a predictor's weights begin so, and no others do. */
const PREFIX = 'intents.';
export const INTENT_EMBEDDING = 'intents.embedding';
/** β (M): given by the pool, not learned, and part of the model all the same. */
export const INTENT_PRIOR = 'intents.prior';
/** The gate's bias before training: a gate that is .27 open. */
const INITIAL_GATE = -1;

export function isOfPredictor(weight: string): boolean {
  return weight.startsWith(PREFIX);
}

/**
 * The weights that a predictor learns, in the paper's letters: E `embedding`, W₁ b₁ `query.input`, W₂ b₂ `query.output`, W_K `key`,
 * W_V `value`, W_O `output`, W_g b_g `gate`. Matrices are [in, out]: they stand on the right of the rows they are applied to.
 */
export function predictorWeightShapes(
  d: number,
  { intents, fusion }: Omit<PredictorShape, 'temperature'>,
): WeightShapes {
  return {
    [INTENT_EMBEDDING]: [intents, d],
    'intents.query.input.weight': [d, d],
    'intents.query.input.bias': [d],
    'intents.query.output.weight': [d, d],
    'intents.query.output.bias': [d],
    'intents.key': [d, d],
    ...(fusion === 'none' ? {} : { 'intents.value': [d, d], 'intents.output': [d, d] }),
    ...(fusion === 'gated' ? { 'intents.gate.weight': [2 * d, d], 'intents.gate.bias': [d] } : {}),
  };
}

/**
 * Weights before training (science C.7): E and the matrices from N(0, 1/d), so that what passes through them keeps its length; b_g = −1
 * and W_O = 0, so that h' = h: training begins exactly at the backbone.
 */
export function initialPredictor(d: number, shape: Omit<PredictorShape, 'temperature'>, rng: Rng): Weights {
  const weights = zeroWeights(predictorWeightShapes(d, shape));
  for (const [name, { data }] of Object.entries(weights)) {
    if (name === 'intents.gate.bias') data.fill(INITIAL_GATE);
    else if (!name.endsWith('.bias') && name !== 'intents.output') fillNormal(data, d ** -0.5, rng.split(name));
  }
  return weights;
}

/** β_m = ln((support_m + 1) / Σ_j (support_j + 1)): how often an intent was accepted, before anything of a session is known. */
export function intentPrior(supports: readonly number[]): Float32Array {
  const total = supports.reduce((sum, support) => sum + support + 1, 0);
  return Float32Array.from(supports, (support) => Math.log((support + 1) / total));
}

/**
 * The logits of the intents, whose softmax is p:
 *
 *     q = W₂ GELU(W₁ h + b₁) + b₂,   a = ((E W_K) q / √d + β) / τ_p
 *
 * shapes    h (n, d) → (n, M)
 * source    science C.7; the query-key attention of Vaswani et al. 2017, arXiv 1706.03762, with one learned key an intent
 */
export function intentLogits(h: Value, weights: Values, temperature: number): Value {
  const inner = gelu(linear(h, weights['intents.query.input.weight']!, weights['intents.query.input.bias']!));
  const query = linear(inner, weights['intents.query.output.weight']!, weights['intents.query.output.bias']!);
  const keys = matmul(weights[INTENT_EMBEDDING]!, weights['intents.key']!); // (M, d)
  const d = Number(h.shape[1]);
  const scores = add(scale(dotProducts(query, keys), d ** -0.5), weights[INTENT_PRIOR]!);
  return temperature === 1 ? scores : scale(scores, 1 / temperature);
}

/**
 * The embedding of a session with its intents in it:
 *
 *     z = (E W_V)ᵀ p,   g = σ(W_g [h; z] + b_g),   h' = h + g ⊙ W_O z        add: h' = h + W_O z
 *
 * Where training drops, z is dropped and h is not: with W_O = 0, h' is h to the bit.
 *
 * shapes    h (n, d), p (n, M) → (n, d)
 * source    science C.7
 */
export function fuseIntents(h: Value, p: Value, { weights, fusion, drop }: FusionInputs): Value {
  if (fusion === 'none') return h;
  const values = matmul(weights[INTENT_EMBEDDING]!, weights['intents.value']!); // (M, d)
  const z = drop(matmul(p, values), 'intents.values');
  const shift = matmul(z, weights['intents.output']!);
  if (fusion === 'add') return add(h, shift);
  const gate = linear(concatenate([h, z], 1), weights['intents.gate.weight']!, weights['intents.gate.bias']!);
  return add(h, multiply(sigmoid(gate), shift));
}

interface FusionInputs {
  readonly weights: Values;
  readonly fusion: Fusion;
  readonly drop: Drop;
}

/** p (n, M) and h' (n, d), in use or in training: h is dropped on its way to the query, and not where it is passed on. */
export function predictIntents(
  h: Value,
  weights: Values,
  { fusion, temperature, drop }: Omit<PredictorShape, 'intents'> & { readonly drop: Drop },
): { readonly probabilities: Value; readonly fused: Value } {
  const probabilities = softmax(intentLogits(drop(h, 'intents.hidden'), weights, temperature));
  return { probabilities, fused: fuseIntents(h, probabilities, { weights, fusion, drop }) };
}
