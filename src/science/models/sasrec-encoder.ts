import type { Value, Values } from '#science/engine/graph.ts';
import { causalMask } from '#science/engine/ops/causal-mask.ts';
import { add, scale } from '#science/engine/ops/elementwise.ts';
import { gelu } from '#science/engine/ops/gelu.ts';
import { layerNorm } from '#science/engine/ops/layer-norm.ts';
import { linear, matmul } from '#science/engine/ops/matmul.ts';
import { pack, type Packing, pad } from '#science/engine/ops/packing.ts';
import { gatherRows } from '#science/engine/ops/rows.ts';
import { reshape, split, transpose } from '#science/engine/ops/shape.ts';
import { softmax } from '#science/engine/ops/softmax.ts';
import type { SasrecShape } from './sasrec.ts';

/** The sessions of a batch, packed: one row for each item, session after session, no row for padding. */
export interface SessionLayout extends Packing {
  /** (tokens): the row of each item in the table. */
  readonly items: Value;
  /** (tokens): how many items of its session come before. */
  readonly positions: Value;
}

/** Called where values are dropped in training; in use it gives them back. `site` is a name of its own for each place. */
export type Drop = (x: Value, site: string) => Value;

/** RecBole's `layer_norm_eps`. */
const EPSILON = 1e-12;

/**
 * h (tokens, d): after each item, what the model makes of the session so far. Post-normalised transformer layers with learned
 * positions, a causal mask and GELU; dropout at the four places of RecBole's SASRec.
 *
 * source: Kang & McAuley 2018, arXiv 1808.09781; RecBole `sasrec.py` and `layers.py`, commit 7b02be5
 */
export function encodeSasrec(weights: Values, layout: SessionLayout, shape: SasrecShape, drop: Drop): Value {
  const positions = gatherRows(weights['embedding.positions']!, layout.positions);
  const embedded = add(gatherRows(weights['embedding.items']!, layout.items), positions);
  const mask = causalMask(layout.slots);
  let x = drop(normed(embedded, weights, 'embedding.norm'), 'embedding');
  for (let layer = 0; layer < shape.layers; layer++) {
    const name = `layers.${layer}`;
    const attended = attention(x, { weights, layout, mask, heads: shape.heads, drop, name: `${name}.attention` });
    x = normed(add(x, drop(attended, `${name}.attention.output`)), weights, `${name}.attention.norm`);
    const inner = gelu(dense(x, weights, `${name}.feedForward.input`));
    const fed = drop(dense(inner, weights, `${name}.feedForward.output`), `${name}.feedForward.output`);
    x = normed(add(x, fed), weights, `${name}.feedForward.norm`);
  }
  return x;
}

interface Attention {
  readonly weights: Values;
  readonly layout: SessionLayout;
  readonly mask: Value;
  readonly heads: number;
  readonly drop: Drop;
  readonly name: string;
}

/** softmax(q kᵀ / √(d / heads) + mask) v for each head, joined and mixed: (tokens, d) → (tokens, d). */
function attention(x: Value, { weights, layout, mask, heads, drop, name }: Attention): Value {
  const d = Number(x.shape[1]);
  const [batch, length] = [layout.slots.shape[0]!, layout.slots.shape[1]!];
  const joint = pad(dense(x, weights, `${name}.input`), layout); // (batch, length, 3d)
  const perHead = transpose(reshape(joint, [batch, length, 3 * heads, d / heads]), [0, 2, 1, 3]);
  const [q, k, v] = split(perHead, 1, 3); // (batch, heads, length, d / heads)
  const scores = scale(matmul(q!, transpose(k!, [0, 1, 3, 2])), 1 / Math.sqrt(d / heads));
  const shares = drop(softmax(add(scores, mask)), `${name}.shares`); // (batch, heads, length, length)
  const mixed = transpose(matmul(shares, v!), [0, 2, 1, 3]);
  return dense(pack(reshape(mixed, [batch, length, d]), layout), weights, `${name}.output`);
}

function dense(x: Value, weights: Values, name: string): Value {
  return linear(x, weights[`${name}.weight`]!, weights[`${name}.bias`]!);
}

function normed(x: Value, weights: Values, name: string): Value {
  return layerNorm(x, weights[`${name}.gamma`]!, weights[`${name}.beta`]!, EPSILON);
}
