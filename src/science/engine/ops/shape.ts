import { differentiable, type Shape, type Size, type Value } from '../graph.ts';
import { assertShapes, ShapeError } from '../shapes.ts';

/**
 * The same elements in another shape, row-major. A named size may stay on its axis; at most one may be new: it takes what is
 * left.
 *
 * shapes    x (any) → shape
 * gradient  dx = g in the shape of x
 * source    ONNX Reshape-14: 0 keeps the size of the axis, −1 takes what is left
 */
export function reshape(x: Value, shape: Shape): Value {
  const sizes = shape.map((size, axis) =>
    typeof size === 'number' ? size : size === x.shape[axis] ? KEEP : TAKE_REST,
  );
  const isNew = sizes.filter((size) => size === TAKE_REST).length;
  assertShapes(isNew <= 1, 'reshape', [x], `to [${shape.join(', ')}]: at most one named size may be new`);
  const rule = `to [${shape.join(', ')}]: the number of elements must stay`;
  assertShapes(isNew === 1 || sameCount(x.shape, shape), 'reshape', [x], rule);
  const reshaped = x.graph.emit('Reshape', [x, x.graph.integers(...sizes)], { shape });
  return differentiable(reshaped, [x], (g) => [x.graph.emit('Reshape', [g, shapeOf(x)], { shape: x.shape })]);
}

/**
 * The axes in another order: axis i of y is axis `order[i]` of x.
 *
 * shapes    x (s₀, …) → (s_order[0], …)
 * gradient  dx = g with the axes back in their order
 * source    ONNX Transpose-13
 */
export function transpose(x: Value, order: readonly number[]): Value {
  const axes = order.toSorted((left, right) => left - right);
  const complete = axes.length === x.shape.length && axes.every((axis, at) => axis === at);
  assertShapes(complete, 'transpose', [x], `the order [${order.join(', ')}] must name each axis once`);
  const shape = order.map((axis) => x.shape[axis]!);
  const transposed = x.graph.emit('Transpose', [x], { shape, attributes: { perm: order } });
  return differentiable(transposed, [x], (g) => [
    transpose(
      g,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ]);
}

/**
 * Cuts an axis into equal parts.
 *
 * shapes    x (…, n, …) → `parts` of (…, n / parts, …)
 * gradient  dx = the gradients of the parts, joined; zeros for a part that nothing depends on
 * source    ONNX Split-18
 */
export function split(x: Value, axis: number, parts: number): readonly Value[] {
  const size = x.shape[axis];
  if (typeof size !== 'number' || size % parts !== 0)
    throw new ShapeError('split', [x], `the size of axis ${axis} must be a multiple of ${parts}`);
  const part = { shape: x.shape.with(axis, size / parts), attributes: { axis, num_outputs: parts } };
  const results = x.graph.emitAll('Split', [x], Array<typeof part>(parts).fill(part));
  x.graph.record({
    operands: [x],
    results,
    pullback: (gradients) => [
      concatenate(
        gradients.map((gradient, at) => gradient ?? zerosLike(results[at]!)),
        axis,
      ),
    ],
  });
  return results;
}

/**
 * Joins values along an axis; their other sizes are equal.
 *
 * shapes    values (…, nᵢ, …) → (…, Σ nᵢ, …)
 * gradient  of each value its part of g
 * source    ONNX Concat-13, Split-18
 */
export function concatenate(values: readonly Value[], axis: number): Value {
  const [first, ...others] = values;
  const rest = (value: Value): Shape => value.shape.toSpliced(axis, 1);
  const fits = others.every((value) => rest(value).join() === rest(first!).join());
  assertShapes(fits, 'concatenate', values, `sizes must be equal on every axis but ${axis}`);
  const joined = values.map((value) => value.shape[axis]!).reduce(sumOfSizes);
  const { graph } = first!;
  const result = graph.emit('Concat', values, { shape: first!.shape.with(axis, joined), attributes: { axis } });
  return differentiable(result, values, (g) => {
    const sizes = concatenate(
      values.map((value) => shapeOf(value, axis, axis + 1)),
      0,
    );
    const parts = values.map(({ shape }) => ({ shape, type: graph.float, attributes: { axis } }));
    return graph.emitAll('Split', [g, sizes], parts);
  });
}

/** Zeros in the shape of a value. */
export function zerosLike(value: Value): Value {
  const { graph, shape } = value;
  return graph.emit('Expand', [graph.scalar(0), shapeOf(value)], { shape, type: graph.float });
}

/** Repeats a value until it has the shape of another. It has no gradient: only gradients are repeated. */
export function expandTo(value: Value, like: Value): Value {
  return value.graph.emit('Expand', [value, shapeOf(like)], { shape: like.shape });
}

/** (axes): the sizes of a value, known when the program runs; from axis `start` up to, not including, `end`. */
export function shapeOf(value: Value, start = 0, end = value.shape.length): Value {
  return value.graph.emit('Shape', [value], { shape: [end - start], type: 'int64', attributes: { start, end } });
}

const KEEP = 0;
const TAKE_REST = -1;

/** Whether two shapes hold equally many elements, whatever the named sizes are. */
function sameCount(left: Shape, right: Shape): boolean {
  const names = (shape: Shape): string =>
    shape
      .filter((size) => typeof size === 'string')
      .toSorted()
      .join();
  const numbers = (shape: Shape): number =>
    shape.reduce<number>((product, size) => (typeof size === 'number' ? product * size : product), 1);
  return names(left) === names(right) && numbers(left) === numbers(right);
}

function sumOfSizes(left: Size, right: Size): Size {
  return typeof left === 'number' && typeof right === 'number' ? left + right : `${left} + ${right}`;
}
