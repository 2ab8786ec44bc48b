import type { Value, Values } from '#science/engine/graph.ts';
import { add, multiply, sigmoid } from '#science/engine/ops/elementwise.ts';
import { gelu } from '#science/engine/ops/gelu.ts';
import { linear, matmul } from '#science/engine/ops/matmul.ts';
import { softmax } from '#science/engine/ops/softmax.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { INTENT_EMBEDDING, INTENT_PRIOR, type PredictorShape } from './intent-predictor.ts';
import type { Weights, WeightShapes } from './weights.ts';

type Matrix = TensorOf<'F32'>;

/**
 * A predictor in use. What depends on no session is multiplied out once for its weights, not for each session anew:
 *
 *     p = softmax(GELU(h W₁ + b₁) A + a),   A = W₂ Kᵀ,   a = b₂ Kᵀ + β / τ_p,   K = E W_K / (√d τ_p)
 *     h' = h + σ(h G + p B + b_g) ⊙ p C,    B = E W_V G',   C = E W_V W_O,      G over G' = W_g        add: h' = h + p C
 *
 * source    science C.7; `predictIntents` is the same over the weights that are learned
 */
export function foldPredictor(weights: Weights, { fusion, temperature }: PredictorShape): Weights {
  const embedding = weights[INTENT_EMBEDDING]!;
  const d = embedding.shape[1]!;
  const keys = scaled(product(embedding, weights['intents.key']!), 1 / (Math.sqrt(d) * temperature));
  const answers = {
    'query.weight': weights['intents.query.input.weight']!,
    'query.bias': weights['intents.query.input.bias']!,
    'answer.weight': rowProducts(weights['intents.query.output.weight']!, keys),
    'answer.bias': answerBias(weights, keys, temperature),
  };
  if (fusion === 'none') return answers;
  const values = product(embedding, weights['intents.value']!);
  const shift = product(values, weights['intents.output']!);
  if (fusion === 'add') return { ...answers, shift };
  const gate = weights['intents.gate.weight']!;
  return {
    ...answers,
    shift,
    'gate.session': rowsOf(gate, 0, d),
    'gate.intents': product(values, rowsOf(gate, d, 2 * d)),
    'gate.bias': weights['intents.gate.bias']!,
  };
}

export function foldedShapes(d: number, { intents, fusion }: PredictorShape): WeightShapes {
  return {
    'query.weight': [d, d],
    'query.bias': [d],
    'answer.weight': [d, intents],
    'answer.bias': [intents],
    ...(fusion === 'none' ? {} : { shift: [intents, d] }),
    ...(fusion === 'gated' ? { 'gate.session': [d, d], 'gate.intents': [intents, d], 'gate.bias': [d] } : {}),
  };
}

/** p: h (n, d) → (n, M) */
export function foldedIntents(h: Value, folded: Values): Value {
  const inner = gelu(linear(h, folded['query.weight']!, folded['query.bias']!));
  return softmax(linear(inner, folded['answer.weight']!, folded['answer.bias']!));
}

/** h': h (n, d), p (n, M) → (n, d). With W_O = 0 it is h to the bit. */
export function foldedFusion(h: Value, p: Value, folded: Values): Value {
  if (folded['shift'] === undefined) return h;
  const shift = matmul(p, folded['shift']);
  if (folded['gate.session'] === undefined) return add(h, shift);
  const ofSession = linear(h, folded['gate.session'], folded['gate.bias']!);
  return add(h, multiply(sigmoid(add(ofSession, matmul(p, folded['gate.intents']!))), shift));
}

function answerBias(weights: Weights, keys: Matrix, temperature: number): Matrix {
  const { data: bias } = weights['intents.query.output.bias']!;
  const { data: prior } = weights[INTENT_PRIOR]!;
  const { data } = rowProducts({ dtype: 'F32', shape: [1, bias.length], data: bias }, keys);
  return { dtype: 'F32', shape: [data.length], data: data.map((x, intent) => x + prior[intent]! / temperature) };
}

/** a b: (m, k), (k, n) → (m, n) */
function product(a: Matrix, b: Matrix): Matrix {
  const [k, n] = [b.shape[0]!, b.shape[1]!];
  return matrixOf(a.shape[0]!, n, k, (row, column, at) => a.data[row * k + at]! * b.data[at * n + column]!);
}

/** a bᵀ: (m, k), (n, k) → (m, n) */
function rowProducts(a: Matrix, b: Matrix): Matrix {
  const k = a.shape[1]!;
  return matrixOf(a.shape[0]!, b.shape[0]!, k, (row, column, at) => a.data[row * k + at]! * b.data[column * k + at]!);
}

/** (m, n): of each place the sum of k terms. */
function matrixOf(m: number, n: number, k: number, term: (row: number, column: number, at: number) => number): Matrix {
  const data = new Float32Array(m * n);
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < n; column++) {
      let sum = 0;
      for (let at = 0; at < k; at++) sum += term(row, column, at);
      data[row * n + column] = sum;
    }
  }
  return { dtype: 'F32', shape: [m, n], data };
}

function scaled(x: Matrix, factor: number): Matrix {
  return { ...x, data: x.data.map((number) => number * factor) };
}

function rowsOf({ data, shape }: Matrix, first: number, end: number): Matrix {
  const width = shape[1]!;
  return { dtype: 'F32', shape: [end - first, width], data: data.subarray(first * width, end * width) };
}
