import { differentiable, type Value } from '../graph.ts';
import { assertShapes } from '../shapes.ts';
import { concatenate, reshape } from './shape.ts';

/**
 * Where the items of sessions of several lengths lie. *Packed*, all items of the batch are rows of one matrix, session after
 * session, and no work is done on padding. *Padded*, each session has a row of equal length, as attention needs it.
 */
export interface Packing {
  /** (batch, length): the packed row of each place; for padding, the row after the last. */
  readonly slots: Value;
  /** (tokens): the place of each packed row, session · length + position. */
  readonly places: Value;
}

/**
 * From packed to padded; padding becomes zeros.
 *
 * shapes    x (tokens, d) → (batch, length, d)
 * gradient  dx = g, packed
 * source    ONNX Gather-13 of the rows and one row of zeros
 */
export function pad(x: Value, packing: Packing): Value {
  const { slots } = packing;
  const { graph } = x;
  const fits = x.shape.length === 2 && x.shape[0] === packing.places.shape[0];
  assertShapes(fits, 'pad', [x, packing.places], 'the first must be [tokens, d], the second [tokens]');
  const zeros = graph.emit('Expand', [graph.scalar(0), graph.integers(1, Number(x.shape[1]))], {
    shape: [1, x.shape[1]!],
  });
  const padded = graph.emit('Gather', [concatenate([x, zeros], 0), slots], { shape: [...slots.shape, x.shape[1]!] });
  return differentiable(padded, [x], (g) => [pack(g, packing)]);
}

/**
 * From padded to packed; what stands at padding is dropped.
 *
 * shapes    x (batch, length, d) → (tokens, d)
 * gradient  dx = g, padded
 * source    ONNX Gather-13
 */
export function pack(x: Value, packing: Packing): Value {
  const { places, slots } = packing;
  const fits = x.shape.length === 3 && x.shape[0] === slots.shape[0] && x.shape[1] === slots.shape[1];
  assertShapes(fits, 'pack', [x, slots], 'the first must be [batch, length, d], the second [batch, length]');
  const { graph } = x;
  const rows = graph.unrecorded(() => reshape(x, ['places', x.shape[2]!]));
  const packed = graph.emit('Gather', [rows, places], { shape: [places.shape[0]!, x.shape[2]!] });
  return differentiable(packed, [x], (g) => [pad(g, packing)]);
}
