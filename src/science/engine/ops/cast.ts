import type { Value } from '../graph.ts';

/**
 * A number of any type as one of the graph's float type. It has no gradient: what is cast are counts.
 *
 * source: ONNX Cast-13
 */
export function toFloat(x: Value): Value {
  const { float } = x.graph;
  return x.graph.emit('Cast', [x], { shape: x.shape, type: float, attributes: { to: DATA_TYPES[float] } });
}

/** TensorProto.DataType of onnx.proto. */
const DATA_TYPES = { float32: 1, float64: 11 } as const;
