import type { Value } from '../graph.ts';
import { concatenate, shapeOf } from './shape.ts';

/** Far below any score, so that softmax gives it exactly 0 in float32 and float64; finite, so that no row can become NaN. */
const OUT_OF_SIGHT = -1e9;

/**
 * What is added to the attention scores so that position i sees the positions up to i and none after: 0 where j ≤ i, else −10⁹.
 *
 * shapes    slots (batch, length) → (length, length)
 * gradient  none: it depends on no number of its operand
 * source    Vaswani et al. 2017, arXiv 1706.03762, 3.2.3; ONNX Trilu-14
 */
export function causalMask(slots: Value): Value {
  const { graph } = slots;
  const length = shapeOf(slots, 1, 2);
  const shape = [slots.shape[1]!, slots.shape[1]!];
  const everywhere = graph.emit('Expand', [graph.scalar(OUT_OF_SIGHT), concatenate([length, length], 0)], { shape });
  return graph.emit('Trilu', [everywhere, graph.integer(1)], { shape, attributes: { upper: 1 } });
}
