import { differentiable, type Value } from '../graph.ts';
import { assertShapes, sameShape } from '../shapes.ts';
import { sumOver } from './reduce.ts';
import { transpose } from './shape.ts';

/**
 * y = a b, for each pair of matrices
 *
 * shapes    a (…, m, k), b (…, k, n) → (…, m, n)
 * gradient  da = g bᵀ, db = aᵀ g
 * source    ONNX MatMul-13; Giles 2008, "Collected matrix derivative results", 2.2.2
 */
export function matmul(a: Value, b: Value): Value {
  assertShapes(a.shape.length >= 2, 'matmul', [a, b], 'each must have at least two axes');
  assertShapes(sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2)), 'matmul', [a, b], 'leading sizes must be equal');
  const rule = 'the last size of the first must be the last but one of the second';
  assertShapes(a.shape.at(-1) === b.shape.at(-2), 'matmul', [a, b], rule);
  const product = a.graph.emit('MatMul', [a, b], { shape: [...a.shape.slice(0, -1), b.shape.at(-1)!] });
  return differentiable(product, [a, b], (g) => [matmul(g, swapped(b)), matmul(swapped(a), g)]);
}

/**
 * y = x W + b
 *
 * shapes    x (n, i), W (i, o), b (o) → (n, o)
 * gradient  dx = g Wᵀ, dW = xᵀ g, db = Σ over the rows of g
 * source    ONNX Gemm-13
 */
export function linear(x: Value, weight: Value, bias: Value): Value {
  const fits = x.shape.length === 2 && x.shape[1] === weight.shape[0] && sameShape(weight.shape.slice(1), bias.shape);
  assertShapes(fits, 'linear', [x, weight, bias], 'they must be [n, i], [i, o] and [o]');
  const { graph } = x;
  const result = graph.emit('Gemm', [x, weight, bias], { shape: [x.shape[0]!, bias.shape[0]!] });
  return differentiable(result, [x, weight, bias], (g) => [
    graph.emit('Gemm', [g, weight], { shape: x.shape, attributes: { transB: 1 } }),
    graph.emit('Gemm', [x, g], { shape: weight.shape, attributes: { transA: 1 } }),
    sumOver(g, [0], false),
  ]);
}

/**
 * y = x tᵀ: the dot product of each row of x with each row of a table
 *
 * shapes    x (n, d), table (m, d) → (n, m)
 * gradient  dx = g t, dt = gᵀ x
 * source    ONNX Gemm-13
 */
export function dotProducts(x: Value, table: Value): Value {
  const fits = x.shape.length === 2 && table.shape.length === 2 && x.shape[1] === table.shape[1];
  assertShapes(fits, 'dotProducts', [x, table], 'they must be [n, d] and [m, d]');
  const { graph } = x;
  const shape = [x.shape[0]!, table.shape[0]!];
  const products = graph.emit('Gemm', [x, table], { shape, attributes: { transB: 1 } });
  return differentiable(products, [x, table], (g) => [
    graph.emit('Gemm', [g, table], { shape: x.shape }),
    graph.emit('Gemm', [g, x], { shape: table.shape, attributes: { transA: 1 } }),
  ]);
}

/** Each matrix transposed. */
function swapped(x: Value): Value {
  const axes = [...x.shape.keys()];
  return transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}
