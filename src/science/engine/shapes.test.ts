import { describe, expect, it } from 'vitest';
import { gradientsOf, NoGradientError } from './autodiff.ts';
import { Graph, type Value } from './graph.ts';
import { catalogueCrossEntropy } from './ops/catalogue-cross-entropy.ts';
import { dropout } from './ops/dropout.ts';
import { add } from './ops/elementwise.ts';
import { layerNorm } from './ops/layer-norm.ts';
import { dotProducts, linear, matmul } from './ops/matmul.ts';
import { pad } from './ops/packing.ts';
import { mean } from './ops/reduce.ts';
import { gatherRows } from './ops/rows.ts';
import { concatenate, reshape, split, transpose } from './ops/shape.ts';
import { ShapeError } from './shapes.ts';

const graph = new Graph();
const x = (...shape: (number | string)[]): Value => graph.input('x', shape);

describe('an op refuses shapes that do not fit, by its name, the shapes and the rule', () => {
  it.each<[string, () => unknown]>([
    [
      'add of [2, 3] and [2]: aligned at the last axis, sizes must be equal or one of them 1.',
      () => add(x(2, 3), x(2)),
    ],
    [
      'add of [rows] and [tokens]: aligned at the last axis, sizes must be equal or one of them 1.',
      () => add(x('rows'), x('tokens')),
    ],
    [
      'matmul of [2, 3] and [4, 2]: the last size of the first must be the last but one of the second.',
      () => matmul(x(2, 3), x(4, 2)),
    ],
    ['matmul of [2, 1, 3] and [3, 3, 1]: leading sizes must be equal.', () => matmul(x(2, 1, 3), x(3, 3, 1))],
    ['matmul of [3] and [3]: each must have at least two axes.', () => matmul(x(3), x(3))],
    ['linear of [2, 3] and [3, 4] and [5]: they must be [n, i], [i, o] and [o].', () => linear(x(2, 3), x(3, 4), x(5))],
    ['dotProducts of [2, 3] and [4, 2]: they must be [n, d] and [m, d].', () => dotProducts(x(2, 3), x(4, 2))],
    [
      'layerNorm of [2, 3] and [3] and [2]: the second and the third must be [d], d the last size of the first.',
      () => layerNorm(x(2, 3), x(3), x(2), 1),
    ],
    ['reshape of [2, 3]: to [4, 2]: the number of elements must stay.', () => reshape(x(2, 3), [4, 2])],
    ['reshape of [rows, 3]: to [rows, 4]: the number of elements must stay.', () => reshape(x('rows', 3), ['rows', 4])],
    [
      'reshape of [rows, 6]: to [a, b, 2]: at most one named size may be new.',
      () => reshape(x('rows', 6), ['a', 'b', 2]),
    ],
    ['transpose of [2, 3]: the order [0, 0] must name each axis once.', () => transpose(x(2, 3), [0, 0])],
    ['split of [2, 3]: the size of axis 1 must be a multiple of 2.', () => split(x(2, 3), 1, 2)],
    [
      'concatenate of [2, 3] and [2, 4]: sizes must be equal on every axis but 0.',
      () => concatenate([x(2, 3), x(2, 4)], 0),
    ],
    ['gatherRows of [2, 3] and [4]: the second must hold integers.', () => gatherRows(x(2, 3), x(4))],
    ['gatherRows of [3] and [4]: the first must be a table, [m, d].', () => gatherRows(x(3), x(4))],
    [
      'pad of [3, 2] and [4]: the first must be [tokens, d], the second [tokens].',
      () => pad(x(3, 2), { slots: x(2, 2), places: x(4) }),
    ],
    ['dropout of [2, 3] and [3]: the mask must have the shape of what it masks.', () => dropout(x(2, 3), x(3))],
    [
      'catalogueCrossEntropy of [2, 3] and [3]: there must be a target for each row.',
      () => catalogueCrossEntropy(x(2, 3), x(5, 3), x(3)),
    ],
  ])('%s', (message, build) => {
    expect(build).toThrow(ShapeError);
    expect(build).toThrow(message);
  });
});

describe('gradientsOf', () => {
  it('refuses a loss that is not one number', () => {
    expect(() => gradientsOf(x(2), [])).toThrow(new NoGradientError('the loss has 1 axes, and must be one number'));
  });

  it('refuses a value on which the loss does not depend', () => {
    const unused = graph.input('unused', [2]);
    expect(() => gradientsOf(mean(x(2)), [unused])).toThrow('the loss does not depend on unused');
  });
});
