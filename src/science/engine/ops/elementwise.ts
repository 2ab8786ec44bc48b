import { differentiable, type Value } from '../graph.ts';
import { broadcastShape } from '../shapes.ts';
import { sumTo } from './reduce.ts';

/**
 * y = a + b
 *
 * shapes    a, b → their broadcast
 * gradient  da = g, db = g, each summed over the axes along which it was repeated
 * source    ONNX Add-14
 */
export function add(a: Value, b: Value): Value {
  const sum = a.graph.emit('Add', [a, b], { shape: broadcastShape('add', a, b) });
  return differentiable(sum, [a, b], (g) => [sumTo(g, a), sumTo(g, b)]);
}

/**
 * y = a − b
 *
 * shapes    a, b → their broadcast
 * gradient  da = g, db = −g, each summed over the axes along which it was repeated
 * source    ONNX Sub-14
 */
export function subtract(a: Value, b: Value): Value {
  const difference = a.graph.emit('Sub', [a, b], { shape: broadcastShape('subtract', a, b) });
  return differentiable(difference, [a, b], (g) => [sumTo(g, a), sumTo(negate(g), b)]);
}

/**
 * y = a ⊙ b
 *
 * shapes    a, b → their broadcast
 * gradient  da = g ⊙ b, db = g ⊙ a, each summed over the axes along which it was repeated
 * source    ONNX Mul-14
 */
export function multiply(a: Value, b: Value): Value {
  const product = a.graph.emit('Mul', [a, b], { shape: broadcastShape('multiply', a, b) });
  return differentiable(product, [a, b], (g) => [sumTo(multiply(g, b), a), sumTo(multiply(g, a), b)]);
}

/**
 * y = a / b
 *
 * shapes    a, b → their broadcast
 * gradient  da = g / b, db = −g ⊙ y / b, each summed over the axes along which it was repeated
 * source    ONNX Div-14
 */
export function divide(a: Value, b: Value): Value {
  const quotient = a.graph.emit('Div', [a, b], { shape: broadcastShape('divide', a, b) });
  return differentiable(quotient, [a, b], (g) => {
    const share = divide(g, b);
    return [sumTo(share, a), sumTo(negate(multiply(share, quotient)), b)];
  });
}

/**
 * y = c·x for a number c
 *
 * shapes    x → y of its shape
 * gradient  dx = c·g
 * source    ONNX Mul-14
 */
export function scale(x: Value, factor: number): Value {
  const scaled = x.graph.emit('Mul', [x, x.graph.scalar(factor)], { shape: x.shape });
  return differentiable(scaled, [x], (g) => [scale(g, factor)]);
}

/**
 * y = −x
 *
 * shapes    x → y of its shape
 * gradient  dx = −g
 * source    ONNX Neg-13
 */
export function negate(x: Value): Value {
  return differentiable(x.graph.emit('Neg', [x], { shape: x.shape }), [x], (g) => [negate(g)]);
}

/**
 * y = ln x
 *
 * shapes    x → y of its shape
 * gradient  dx = g / x
 * source    ONNX Log-13
 */
export function logarithm(x: Value): Value {
  return differentiable(x.graph.emit('Log', [x], { shape: x.shape }), [x], (g) => [divide(g, x)]);
}

/**
 * y = √x
 *
 * shapes    x → y of its shape
 * gradient  dx = g / 2y
 * source    ONNX Sqrt-13
 */
export function squareRoot(x: Value): Value {
  const root = x.graph.emit('Sqrt', [x], { shape: x.shape });
  return differentiable(root, [x], (g) => [divide(g, scale(root, 2))]);
}

/**
 * y = σ(x) = 1 / (1 + exp(−x))
 *
 * shapes    x → y of its shape
 * gradient  dx = g ⊙ y ⊙ (1 − y)
 * source    ONNX Sigmoid-13
 */
export function sigmoid(x: Value): Value {
  const y = x.graph.emit('Sigmoid', [x], { shape: x.shape });
  return differentiable(y, [x], (g) => [multiply(g, multiply(y, subtract(x.graph.scalar(1), y)))]);
}
