import { differentiable, type Value } from '../graph.ts';
import { multiply, subtract } from './elementwise.ts';
import { sumOver } from './reduce.ts';

/**
 * y = exp(x) / Σ exp(x) along the last axis
 *
 * shapes    x (…, n) → (…, n)
 * gradient  dx = y ⊙ g − y Σ (y ⊙ g)
 * source    ONNX Softmax-13, which shifts by the maximum; Bridle 1990
 */
export function softmax(x: Value): Value {
  const y = x.graph.emit('Softmax', [x], { shape: x.shape, attributes: { axis: -1 } });
  return differentiable(y, [x], (g) => {
    const weighted = multiply(y, g);
    return [subtract(weighted, multiply(y, sumOver(weighted, [x.shape.length - 1], true)))];
  });
}
