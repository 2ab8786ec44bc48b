import type { Value } from '../graph.ts';
import { assertShapes, sameShape } from '../shapes.ts';
import { multiply } from './elementwise.ts';

/**
 * y = x ⊙ mask, the mask holding 0 with probability p and else 1 / (1 − p), so that the expectation stays
 *
 * The mask is an input, not an operator of chance: ONNX Runtime's generators give correlated draws for near seeds, and their
 * state can be neither read nor restored. Masks made outside, from a named stream for each step and place, are independent,
 * and a training resumed at any step draws what the uninterrupted one drew.
 *
 * shapes    x (any), mask of its shape → y of its shape
 * gradient  dx = g ⊙ mask
 * source    Srivastava et al. 2014, JMLR 15, in the inverted form of PyTorch
 */
export function dropout(x: Value, mask: Value): Value {
  assertShapes(sameShape(x.shape, mask.shape), 'dropout', [x, mask], 'the mask must have the shape of what it masks');
  return multiply(x, mask);
}
