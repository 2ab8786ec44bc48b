import { differentiable, type Value } from '../graph.ts';
import { assertShapes, sameShape } from '../shapes.ts';
import { multiply, negate, subtract } from './elementwise.ts';
import { sumOver } from './reduce.ts';
import { reshape } from './shape.ts';
import { softmax } from './softmax.ts';

/**
 * y_i = −Σ_m t_im ln softmax(a_i)_m: the cross-entropy of each row with a distribution, which is a constant
 *
 * shapes    a (n, m), t (n, m) → (n)
 * gradient  da_i = (softmax(a_i) Σ_m t_im − t_i) g_i
 * source    Bridle 1990; ONNX LogSoftmax-13, which shifts by the maximum; `F.cross_entropy` with probabilities
 */
export function softCrossEntropy(logits: Value, targets: Value): Value {
  const fits = logits.shape.length === 2 && sameShape(logits.shape, targets.shape);
  assertShapes(fits, 'softCrossEntropy', [logits, targets], 'both must be [n, m]');
  const { graph } = logits;
  const rows = graph.unrecorded(() => {
    const logarithms = graph.emit('LogSoftmax', [logits], { shape: logits.shape, attributes: { axis: -1 } });
    return negate(sumOver(multiply(targets, logarithms), [1], false));
  });
  return differentiable(rows, [logits], (g) => {
    const expected = multiply(softmax(logits), sumOver(targets, [1], true));
    return [multiply(subtract(expected, targets), reshape(g, [logits.shape[0]!, 1]))];
  });
}
