import type { Value } from '../graph.ts';

/**
 * y = x, taken for a constant: what is made of y says nothing to what x was made of
 *
 * shapes    x (any) → y of its shape
 * gradient  none
 * source    ONNX Identity-16; `torch.Tensor.detach`
 */
export function stopGradient(x: Value): Value {
  return x.graph.emit('Identity', [x], { shape: x.shape });
}
