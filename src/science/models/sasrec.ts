import { fillNormal } from '#science/random/normal.ts';
import type { Rng } from '#science/random/stream.ts';
import { type Weights, type WeightShapes, zeroWeights } from './weights.ts';

/** What the shapes of a SASRec's weights follow from. */
export interface SasrecShape {
  /** |V| */
  readonly itemCount: number;
  /** The most items of a session that it sees. */
  readonly maxLength: number;
  /** d; a multiple of the heads. */
  readonly dimension: number;
  readonly layers: number;
  readonly heads: number;
}

/** The inner width of the feed-forward part, in d: 256 at d = 64, as in RecBole. */
const FEED_FORWARD_FACTOR = 4;
/** The standard deviation of initial weights, as in RecBole (`initializer_range`). */
const INITIAL_DEVIATION = 0.02;

/**
 * The weights of SASRec (Kang & McAuley 2018, arXiv 1808.09781; in the form of RecBole's `sasrec.py`). Row v − 1 of `embedding.items` is
 * item v: padding has no row, it is never looked up. Matrices are [in, out]; query, key and value stand side by side.
 */
export function sasrecWeightShapes(shape: SasrecShape): WeightShapes {
  const { itemCount, maxLength, dimension: d } = shape;
  const inner = FEED_FORWARD_FACTOR * d;
  const layer = (at: number): WeightShapes => ({
    ...linearShapes(`layers.${at}.attention.input`, d, 3 * d),
    ...linearShapes(`layers.${at}.attention.output`, d, d),
    ...normShapes(`layers.${at}.attention.norm`, d),
    ...linearShapes(`layers.${at}.feedForward.input`, d, inner),
    ...linearShapes(`layers.${at}.feedForward.output`, inner, d),
    ...normShapes(`layers.${at}.feedForward.norm`, d),
  });
  const layers = Array.from({ length: shape.layers }, (_, at) => Object.entries(layer(at))).flat();
  return {
    'embedding.items': [itemCount, d],
    'embedding.positions': [maxLength, d],
    ...normShapes('embedding.norm', d),
    ...Object.fromEntries(layers),
  };
}

/** Weights before training: matrices and embeddings from N(0, .02), biases 0, normalisation the identity. */
export function initialSasrec(shape: SasrecShape, rng: Rng): Weights {
  const weights = zeroWeights(sasrecWeightShapes(shape));
  for (const [name, { data }] of Object.entries(weights)) {
    if (name.endsWith('.gamma')) data.fill(1);
    // A stream for each: another shape of one weight moves no other.
    else if (!name.endsWith('.bias') && !name.endsWith('.beta')) fillNormal(data, INITIAL_DEVIATION, rng.split(name));
  }
  return weights;
}

function linearShapes(name: string, inputs: number, outputs: number): WeightShapes {
  return { [`${name}.weight`]: [inputs, outputs], [`${name}.bias`]: [outputs] };
}

function normShapes(name: string, width: number): WeightShapes {
  return { [`${name}.gamma`]: [width], [`${name}.beta`]: [width] };
}
