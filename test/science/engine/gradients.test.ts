import { expect, it } from 'vitest';
import type { Value } from '#science/engine/graph.ts';
import { catalogueCrossEntropy } from '#science/engine/ops/catalogue-cross-entropy.ts';
import { dropout } from '#science/engine/ops/dropout.ts';
import {
  add,
  divide,
  logarithm,
  multiply,
  negate,
  scale,
  sigmoid,
  squareRoot,
  subtract,
} from '#science/engine/ops/elementwise.ts';
import { gelu } from '#science/engine/ops/gelu.ts';
import { layerNorm } from '#science/engine/ops/layer-norm.ts';
import { dotProducts, linear, matmul } from '#science/engine/ops/matmul.ts';
import { pack, pad } from '#science/engine/ops/packing.ts';
import { mean, sum, sumOfSquares } from '#science/engine/ops/reduce.ts';
import { gatherRows } from '#science/engine/ops/rows.ts';
import { concatenate, reshape, split, transpose } from '#science/engine/ops/shape.ts';
import { softCrossEntropy } from '#science/engine/ops/soft-cross-entropy.ts';
import { softmax } from '#science/engine/ops/softmax.ts';
import type { Tensor } from '#science/tensors/tensor.ts';
import { anyTensor, gradientError, integers, type Op } from '../../support/graph-runs.ts';

const any = (...shape: number[]): Tensor => anyTensor('F64', shape, shape.length + 2);
/** Numbers in (1, 3): far from where a root or a quotient bends too fast for differences. */
const positive = (...shape: number[]): Tensor => {
  const { data } = anyTensor('F64', shape, 5);
  return { dtype: 'F64', shape, data: Float64Array.from(data, (x) => x + 2) };
};

/** Two sessions of 3 and 1 items, padded to 3: packed rows 0-2 and 3. */
const SLOTS = integers([2, 3], 0, 1, 2, 3, 4, 4);
const PLACES = integers([4], 0, 1, 2, 3);
/** A distribution over three, and a weighted one. */
const DISTRIBUTIONS = {
  dtype: 'F64',
  shape: [2, 3],
  data: Float64Array.of(0.5, 0.25, 0.25, 0, 0.5, 0.1),
} as const;
const packing = (slots: Value, places: Value) => ({ slots, places });

const CASES: Record<string, { readonly op: Op; readonly operands: Tensor[] }> = {
  add: { op: (a, b) => add(a, b), operands: [any(2, 3), any(2, 3)] },
  'add, repeating a row': { op: (a, b) => add(a, b), operands: [any(2, 3), any(3)] },
  'add, repeating a column': { op: (a, b) => add(a, b), operands: [any(2, 1), any(2, 3)] },
  'a value that is read twice': { op: (a) => add(multiply(a, a), a), operands: [any(2, 3)] },
  subtract: { op: (a, b) => subtract(a, b), operands: [any(2, 3), any(3)] },
  multiply: { op: (a, b) => multiply(a, b), operands: [any(2, 3), any(2, 1)] },
  divide: { op: (a, b) => divide(a, b), operands: [any(2, 3), positive(3)] },
  scale: { op: (x) => scale(x, -2.5), operands: [any(2, 3)] },
  negate: { op: (x) => negate(x), operands: [any(2, 3)] },
  logarithm: { op: (x) => logarithm(x), operands: [positive(2, 3)] },
  squareRoot: { op: (x) => squareRoot(x), operands: [positive(2, 3)] },
  sigmoid: { op: (x) => sigmoid(x), operands: [any(2, 3)] },
  sum: { op: (x) => sum(x), operands: [any(2, 3)] },
  mean: { op: (x) => mean(x), operands: [any(2, 3)] },
  sumOfSquares: { op: (x) => sumOfSquares(x), operands: [any(2, 3)] },
  'matmul of matrices': { op: (a, b) => matmul(a, b), operands: [any(2, 3), any(3, 4)] },
  'matmul of stacks': { op: (a, b) => matmul(a, b), operands: [any(2, 2, 2, 3), any(2, 2, 3, 2)] },
  linear: { op: (x, w, b) => linear(x, w, b), operands: [any(3, 2), any(2, 4), any(4)] },
  dotProducts: { op: (x, table) => dotProducts(x, table), operands: [any(3, 2), any(4, 2)] },
  softmax: { op: (x) => softmax(x), operands: [any(2, 2, 4)] },
  layerNorm: { op: (x, gamma, beta) => layerNorm(x, gamma, beta, 1e-12), operands: [any(3, 5), any(5), any(5)] },
  reshape: { op: (x) => reshape(x, [3, 2]), operands: [any(2, 3)] },
  transpose: { op: (x) => transpose(x, [2, 0, 1]), operands: [any(2, 3, 2)] },
  'split, both parts read': { op: (x) => multiply(...pair(split(x, 0, 2))), operands: [any(4, 3)] },
  'split, one part read': { op: (x) => split(x, 1, 3)[1]!, operands: [any(2, 3)] },
  'concatenate of three': {
    op: (a, b, c) => concatenate([a, b, c], 1),
    operands: [any(2, 3), any(2, 1), any(2, 2)],
  },
  'concatenate of a value with itself': { op: (a) => concatenate([a, multiply(a, a)], 0), operands: [any(2, 3)] },
  'gatherRows of rows that repeat': {
    op: (table, index) => gatherRows(table, index),
    operands: [any(4, 3), integers([2, 2], 1, 3, 1, 1)],
  },
  pad: { op: (x, slots, places) => pad(x, packing(slots, places)), operands: [any(4, 2), SLOTS, PLACES] },
  pack: { op: (x, slots, places) => pack(x, packing(slots, places)), operands: [any(2, 3, 2), SLOTS, PLACES] },
  dropout: { op: (x, mask) => dropout(x, mask), operands: [any(2, 3), any(2, 3)] },
  catalogueCrossEntropy: {
    op: (h, table, targets) => catalogueCrossEntropy(h, table, targets),
    operands: [any(3, 2), any(5, 2), integers([3], 4, 0, 4)],
  },
  softCrossEntropy: { op: (a) => softCrossEntropy(a, a.graph.constant(DISTRIBUTIONS)), operands: [any(2, 3)] },
  'a table that is both looked up and scored': {
    op: (table, index, targets) => catalogueCrossEntropy(gatherRows(table, index), table, targets),
    operands: [any(5, 2), integers([3], 1, 1, 2), integers([3], 4, 1, 0)],
  },
};

it.each(Object.entries(CASES))('the gradient of %s agrees with central differences', async (_, { op, operands }) => {
  expect(await gradientError(op, operands)).toBeLessThan(1e-6);
});

it('the gradient of gelu agrees with central differences as far as single precision shows', async () => {
  // ONNX Runtime has the error function in float32 only, where differences are good to three digits.
  expect(await gradientError((x) => gelu(x), [anyTensor('F32', [3, 4])], 'float32')).toBeLessThan(2e-3);
});

function pair(values: readonly Value[]): [Value, Value] {
  return [values[0]!, values[1]!];
}
