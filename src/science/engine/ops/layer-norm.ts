import { differentiable, type Value } from '../graph.ts';
import { assertShapes } from '../shapes.ts';
import { toFloat } from './cast.ts';
import { multiply, subtract } from './elementwise.ts';
import { sumTo } from './reduce.ts';

/**
 * y = γ ⊙ x̂ + β,  x̂ = (x − μ) / √(σ² + ε),  with mean μ and variance σ² along the last axis
 *
 * shapes    x (…, d), γ (d), β (d) → (…, d)
 * gradient  dx = (u − mean(u) − x̂ mean(u ⊙ x̂)) / √(σ² + ε) with u = g ⊙ γ;  dγ = Σ g ⊙ x̂,  dβ = Σ g
 * source    Ba, Kiros & Hinton 2016, arXiv 1607.06450; ONNX LayerNormalization-17, whose further results are μ and 1/√(σ² + ε)
 */
export function layerNorm(x: Value, gamma: Value, beta: Value, epsilon: number): Value {
  const rule = 'the second and the third must be [d], d the last size of the first';
  const width = String(x.shape.at(-1));
  assertShapes(gamma.shape.join() === width && beta.shape.join() === width, 'layerNorm', [x, gamma, beta], rule);
  // ONNX Runtime gives mean and deviation in float32, whatever the type of x.
  const perRow = { shape: x.shape.with(-1, 1), type: 'float32' } as const;
  const [y, mean, inverseDeviation] = x.graph.emitAll(
    'LayerNormalization',
    [x, gamma, beta],
    [{ shape: x.shape, attributes: { axis: -1, epsilon: { float: epsilon } } }, perRow, perRow],
  );
  return differentiable(y!, [x, gamma, beta], (g) => {
    const narrow = toFloat(inverseDeviation!);
    const normed = multiply(subtract(x, toFloat(mean!)), narrow);
    const u = multiply(g, gamma);
    const along = multiply(normed, rowMean(multiply(u, normed)));
    const dx = multiply(subtract(subtract(u, rowMean(u)), along), narrow);
    return [dx, sumTo(multiply(g, normed), gamma), sumTo(g, beta)];
  });
}

function rowMean(x: Value): Value {
  const operands = [x, x.graph.integers(x.shape.length - 1)];
  return x.graph.emit('ReduceMean', operands, { shape: x.shape.with(-1, 1), attributes: { keepdims: 1 } });
}
