import { DomainError } from '#kernel/domain-error.ts';
import type { Shape, Size, Value } from './graph.ts';

export class ShapeError extends DomainError<'SHAPES_DO_NOT_FIT'> {
  constructor(op: string, operands: readonly { readonly shape: Shape }[], rule: string) {
    const shapes = operands.map(({ shape }) => shapeText(shape)).join(' and ');
    super('SHAPES_DO_NOT_FIT', `${op} of ${shapes}: ${rule}.`);
  }
}

/** Asks that a rule holds. @throws ShapeError naming the op, the shapes and the rule. */
export function assertShapes(holds: boolean, op: string, operands: readonly Value[], rule: string): void {
  if (!holds) throw new ShapeError(op, operands, rule);
}

export function sameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((size, axis) => size === right[axis]);
}

/** The shape of an elementwise result, after NumPy: aligned at the last axis, sizes are equal or one of them is 1. */
export function broadcastShape(op: string, left: Value, right: Value): Shape {
  const rank = Math.max(left.shape.length, right.shape.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [a, b] = [sizeAt(left.shape, axis - rank), sizeAt(right.shape, axis - rank)];
    const rule = 'aligned at the last axis, sizes must be equal or one of them 1';
    assertShapes(a === b || a === 1 || b === 1, op, [left, right], rule);
    return a === 1 ? b : a;
  });
}

/** The size of an axis counted from the end (-1 is the last); beyond the first it is 1. */
function sizeAt(shape: Shape, fromEnd: number): Size {
  return shape.at(fromEnd) ?? 1;
}

function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
