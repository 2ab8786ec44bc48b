import { differentiable, type Value } from '../graph.ts';
import { add, multiply, scale } from './elementwise.ts';

/**
 * y = x Φ(x),  Φ(x) = ½ (1 + erf(x / √2)), the distribution function of the normal distribution
 *
 * shapes    x (any) → y of its shape
 * gradient  dx = g ⊙ (Φ(x) + x φ(x)),  φ(x) = exp(−x² / 2) / √(2π)
 * source    Hendrycks & Gimpel 2016, arXiv 1606.08415, in its exact form; ONNX Erf-13 (ONNX Runtime has it in float32 only)
 */
export function gelu(x: Value): Value {
  const { graph } = x;
  const erf = graph.emit('Erf', [graph.unrecorded(() => scale(x, Math.SQRT1_2))], { shape: x.shape });
  const [share, y] = graph.unrecorded(() => {
    const cdf = scale(add(erf, graph.scalar(1)), 0.5);
    return [cdf, multiply(x, cdf)];
  });
  return differentiable(y, [x], (g) => {
    const density = scale(exponential(scale(multiply(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return [multiply(g, add(share, multiply(x, density)))];
  });
}

function exponential(x: Value): Value {
  return x.graph.emit('Exp', [x], { shape: x.shape });
}
