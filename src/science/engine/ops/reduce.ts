import { differentiable, type Value } from '../graph.ts';
import { toFloat } from './cast.ts';
import { expandTo, shapeOf } from './shape.ts';

/**
 * y = the mean of all elements
 *
 * shapes    x (any) → ()
 * gradient  dx = g / (elements of x), everywhere
 * source    ONNX ReduceMean-18
 */
export function mean(x: Value): Value {
  const { graph } = x;
  const average = graph.emit('ReduceMean', [x], { shape: [], attributes: { keepdims: 0 } });
  return differentiable(average, [x], (g) => {
    const elements = toFloat(graph.emit('Size', [x], { shape: [], type: 'int64' }));
    return [expandTo(graph.emit('Div', [g, elements], { shape: [] }), x)];
  });
}

/**
 * y = Σ x over all elements
 *
 * shapes    x (any) → ()
 * gradient  dx = g, everywhere
 * source    ONNX ReduceSum-13
 */
export function sum(x: Value): Value {
  const total = x.graph.emit('ReduceSum', [x], { shape: [], attributes: { keepdims: 0 } });
  return differentiable(total, [x], (g) => [expandTo(g, x)]);
}

/**
 * y = Σ x² over all elements
 *
 * shapes    x (any) → ()
 * gradient  dx = 2 g x
 * source    ONNX ReduceSumSquare-18
 */
export function sumOfSquares(x: Value): Value {
  const { graph } = x;
  const sum = graph.emit('ReduceSumSquare', [x], { shape: [], attributes: { keepdims: 0 } });
  return differentiable(sum, [x], (g) => {
    const doubled = graph.emit('Mul', [g, graph.scalar(2)], { shape: [] });
    return [graph.emit('Mul', [doubled, x], { shape: x.shape })];
  });
}

/**
 * What broadcasting asks of a gradient: its sum over the axes along which `value` was repeated.
 *
 * shapes    gradient (that of the broadcast) → that of value
 */
export function sumTo(gradient: Value, value: Value): Value {
  const leading = gradient.shape.length - value.shape.length;
  const added = [...Array(leading).keys()];
  const inner = leading === 0 ? gradient : sumOver(gradient, added, false);
  const repeated = [...value.shape.keys()].filter((axis) => value.shape[axis] === 1 && inner.shape[axis] !== 1);
  return repeated.length === 0 ? inner : sumOver(inner, repeated, true);
}

/** Sums over some axes; their sizes become 1, or they go. */
export function sumOver(x: Value, axes: readonly number[], keepAxes: boolean): Value {
  const shape = keepAxes
    ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  return x.graph.emit('ReduceSum', [x, x.graph.integers(...axes)], {
    shape,
    attributes: { keepdims: keepAxes ? 1 : 0 },
  });
}

/** (1): how many rows a value has. */
export function rowCount(x: Value): Value {
  return toFloat(shapeOf(x, 0, 1));
}
