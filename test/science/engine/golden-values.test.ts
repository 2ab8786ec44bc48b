import { expect, it } from 'vitest';
import { Graph } from '#science/engine/graph.ts';
import { catalogueCrossEntropy } from '#science/engine/ops/catalogue-cross-entropy.ts';
import { dropout } from '#science/engine/ops/dropout.ts';
import {
  add,
  divide,
  logarithm,
  multiply,
  negate,
  scale,
  sigmoid,
  squareRoot,
  subtract,
} from '#science/engine/ops/elementwise.ts';
import { gelu } from '#science/engine/ops/gelu.ts';
import { layerNorm } from '#science/engine/ops/layer-norm.ts';
import { dotProducts, linear, matmul } from '#science/engine/ops/matmul.ts';
import { pack, pad } from '#science/engine/ops/packing.ts';
import { mean, sum, sumOfSquares } from '#science/engine/ops/reduce.ts';
import { gatherRows } from '#science/engine/ops/rows.ts';
import { concatenate, reshape, split, transpose } from '#science/engine/ops/shape.ts';
import { softCrossEntropy } from '#science/engine/ops/soft-cross-entropy.ts';
import { softmax } from '#science/engine/ops/softmax.ts';
import { stopGradient } from '#science/engine/ops/stop-gradient.ts';
import { adam, applyUpdates, clipByGlobalNorm } from '#science/engine/optimizer.ts';
import type { Tensor } from '#science/tensors/tensor.ts';
import { doubles, floats32, integers, type Op, runGraph, valueAndGradients } from '../../support/graph-runs.ts';

// Origin of every number: PyTorch 2.13.0 on the CPU, in float64, as the expression in the name says, with
//   a = tensor([[1, -2, 3], [.5, 0, -1]])   b = tensor([2, -1, 4])   p = tensor([.5, 2, 9])
//   w = tensor([[1, 2], [-1, .5], [0, 3]])  c = tensor([.25, -.5])   gamma = tensor([1, 2, -1])   beta = tensor([0, .5, 1])
//   t = tensor([[1, 0, 2], [-1, 1, 0], [.5, .5, .5], [0, 2, -2]])    x = arange(1, 9).view(2, 2, 2)   r = arange(1, 9).view(4, 2)
//   s = tensor([1, 10])   u = arange(1, 7)   f = tensor([[.5, .25, .25], [0, 1, 0]]); the gradients are those of `expression.mean()`.
const a = (): Tensor => doubles([2, 3], 1, -2, 3, 0.5, 0, -1);
const b = (): Tensor => doubles([3], 2, -1, 4);
const p = (): Tensor => doubles([3], 0.5, 2, 9);
const w = (): Tensor => doubles([3, 2], 1, 2, -1, 0.5, 0, 3);
const c = (): Tensor => doubles([2], 0.25, -0.5);
const gamma = (): Tensor => doubles([3], 1, 2, -1);
const beta = (): Tensor => doubles([3], 0, 0.5, 1);
const t = (): Tensor => doubles([4, 3], 1, 0, 2, -1, 1, 0, 0.5, 0.5, 0.5, 0, 2, -2);
const x = (): Tensor => doubles([2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8);
const r = (): Tensor => doubles([4, 2], 1, 2, 3, 4, 5, 6, 7, 8);
const s = (): Tensor => doubles([2], 1, 10);
const u = (): Tensor => doubles([6], 1, 2, 3, 4, 5, 6);
const f = { dtype: 'F64', shape: [2, 3], data: Float64Array.of(0.5, 0.25, 0.25, 0, 1, 0) } as const;
const mask = (): Tensor => doubles([2, 3], 1.25, 0, 1.25, 0, 1.25, 1.25);

/** Sessions of 3 and 1 items, and of 2 and 1. */
const threeAndOne = (): Tensor[] => [integers([2, 3], 0, 1, 2, 3, 4, 4), integers([4], 0, 1, 2, 3)];
const twoAndOne = (): Tensor[] => [integers([2, 2], 0, 1, 2, 3), integers([3], 0, 1, 2)];

interface Golden {
  readonly op: Op;
  readonly operands: Tensor[];
  readonly value: number[];
  /** By the operands that are floats, the first ones. */
  readonly gradients: number[][];
}

const sixth = 1 / 6;
const third = 1 / 3;

const GOLDEN: Record<string, Golden> = {
  'a + b': {
    op: (x, y) => add(x, y),
    operands: [a(), b()],
    value: [3, -3, 7, 2.5, -1, 3],
    gradients: [Array<number>(6).fill(sixth), Array<number>(3).fill(third)],
  },
  'a - b': {
    op: (x, y) => subtract(x, y),
    operands: [a(), b()],
    value: [-1, -1, -1, -1.5, 1, -5],
    gradients: [Array<number>(6).fill(sixth), Array<number>(3).fill(-third)],
  },
  'a * b': {
    op: (x, y) => multiply(x, y),
    operands: [a(), b()],
    value: [2, 2, 12, 1, 0, -4],
    gradients: [
      [third, -sixth, 2 * third, third, -sixth, 2 * third],
      [0.25, -third, third],
    ],
  },
  'a / b': {
    op: (x, y) => divide(x, y),
    operands: [a(), b()],
    value: [0.5, 2, 0.75, 0.25, 0, -0.25],
    gradients: [
      [0.0833333333, -sixth, 0.0416666667, 0.0833333333, -sixth, 0.0416666667],
      [-0.0625, third, -0.0208333333],
    ],
  },
  '-2.5 * a': {
    op: (x) => scale(x, -2.5),
    operands: [a()],
    value: [-2.5, 5, -7.5, -1.25, 0, 2.5],
    gradients: [Array<number>(6).fill(-0.4166666667)],
  },
  '-a': {
    op: (x) => negate(x),
    operands: [a()],
    value: [-1, 2, -3, -0.5, 0, 1],
    gradients: [Array<number>(6).fill(-sixth)],
  },
  'torch.log(p)': {
    op: (x) => logarithm(x),
    operands: [p()],
    value: [-0.6931471806, 0.6931471806, 2.1972245773],
    gradients: [[0.6666666667, 0.1666666667, 0.037037037]],
  },
  'torch.sqrt(p)': {
    op: (x) => squareRoot(x),
    operands: [p()],
    value: [0.7071067812, 1.4142135624, 3],
    gradients: [[0.2357022604, 0.1178511302, 0.0555555556]],
  },
  'torch.sigmoid(a)': {
    op: (x) => sigmoid(x),
    operands: [a()],
    value: [0.7310585786, 0.119202922, 0.9525741268, 0.6224593312, 0.5, 0.2689414214],
    gradients: [[0.0327686555, 0.0174989309, 0.0075294433, 0.0391672854, 0.0416666667, 0.0327686555]],
  },
  'a.detach() * a': {
    op: (x) => multiply(stopGradient(x), x),
    operands: [a()],
    value: [1, 4, 9, 0.25, 0, 1],
    gradients: [[sixth, -third, 0.5, 0.0833333333, 0, -sixth]],
  },
  'a.sum()': { op: (x) => sum(x), operands: [a()], value: [1.5], gradients: [Array<number>(6).fill(1)] },
  'a.mean()': { op: (x) => mean(x), operands: [a()], value: [0.25], gradients: [Array<number>(6).fill(sixth)] },
  '(a ** 2).sum()': {
    op: (x) => sumOfSquares(x),
    operands: [a()],
    value: [15.25],
    gradients: [[2, -4, 6, 1, 0, -2]],
  },
  'a @ w': {
    op: (x, y) => matmul(x, y),
    operands: [a(), w()],
    value: [3, 10, 0.5, -2],
    gradients: [
      [0.75, -0.125, 0.75, 0.75, -0.125, 0.75],
      [0.375, 0.375, -0.5, -0.5, 0.5, 0.5],
    ],
  },
  'F.linear(a, w.T, c)': {
    op: (x, weight, bias) => linear(x, weight, bias),
    operands: [a(), w(), c()],
    value: [3.25, 9.5, 0.75, -2.5],
    gradients: [
      [0.75, -0.125, 0.75, 0.75, -0.125, 0.75],
      [0.375, 0.375, -0.5, -0.5, 0.5, 0.5],
      [0.5, 0.5],
    ],
  },
  'a @ t.T': {
    op: (x, table) => dotProducts(x, table),
    operands: [a(), t()],
    value: [7, -3, 1, -10, -1.5, -0.5, -0.25, 2],
    gradients: [
      [0.0625, 0.4375, 0.0625, 0.0625, 0.4375, 0.0625],
      [0.1875, -0.25, 0.25, 0.1875, -0.25, 0.25, 0.1875, -0.25, 0.25, 0.1875, -0.25, 0.25],
    ],
  },
  'torch.softmax(a, -1) * b': {
    op: (x, y) => multiply(softmax(x), y),
    operands: [a(), b()],
    value: [0.2369993091, -0.0058997504, 3.5024023803, 1.0930987745, -0.3314989604, 0.4878066092],
    gradients: [[-0.0342365635, -0.0046544133, 0.0388909768, 0.0683727432, -0.1242793152, 0.0559065719]],
  },
  'F.layer_norm(a, (3,), gamma, beta, 1e-12) * b': {
    op: (x, scaling, shift, y) => multiply(layerNorm(x, scaling, shift, 1e-12), y),
    operands: [a(), gamma(), beta(), b()],
    value: [0.3244428423, 2.0955427381, -0.5421997917, 2.1380899353, -1.0345224838, 9.3452248382],
    gradients: [
      [0.2774840098, -0.1109936039, -0.1664904059, 0.2290810645, -0.3436215967, 0.1145405322],
      [0.4104221296, 0.1717516879, -0.1338375078],
      [0.6666666667, -0.3333333333, 1.3333333333],
    ],
  },
  'F.embedding(tensor([3, 1, 3]), t)': {
    op: (table, index) => gatherRows(table, index),
    operands: [t(), integers([3], 3, 1, 3)],
    value: [0, 2, -2, -1, 1, 0, 0, 2, -2],
    gradients: [[0, 0, 0, 0.1111111111, 0.1111111111, 0.1111111111, 0, 0, 0, 0.2222222222, 0.2222222222, 0.2222222222]],
  },
  'a.reshape(3, 2) * s': {
    op: (y, weights) => multiply(reshape(y, [3, 2]), weights),
    operands: [a(), s()],
    value: [1, -20, 3, 5, 0, -10],
    gradients: [[0.1666666667, 1.6666666667, 0.1666666667, 1.6666666667, 0.1666666667, 1.6666666667]],
  },
  'x.permute(2, 0, 1) * s': {
    op: (y, weights) => multiply(transpose(y, [2, 0, 1]), weights),
    operands: [x(), s()],
    value: [1, 30, 5, 70, 2, 40, 6, 80],
    gradients: [[0.125, 0.125, 1.25, 1.25, 0.125, 0.125, 1.25, 1.25]],
  },
  'torch.chunk(a, 3, 1)[1] * s[:, None]': {
    op: (y, weights) => multiply(split(y, 1, 3)[1]!, reshape(weights, [2, 1])),
    operands: [a(), s()],
    value: [-2, 0],
    gradients: [[0, 0.5, 0, 0, 5, 0]],
  },
  'torch.cat([a, w.T], 1) * u': {
    op: (y, z, weights) => multiply(concatenate([y, transpose(z, [1, 0])], 1), weights),
    operands: [a(), w(), u()],
    value: [1, -4, 9, 4, -5, 0, 0.5, 0, -3, 8, 2.5, 18],
    gradients: [
      [0.0833333333, sixth, 0.25, 0.0833333333, sixth, 0.25],
      [third, third, 0.4166666667, 0.4166666667, 0.5, 0.5],
    ],
  },
  'torch.nn.utils.rnn.pad_sequence([r[:3], r[3:]], batch_first=True)': {
    op: (y, slots, places) => pad(y, { slots: slots, places: places }),
    operands: [r(), ...threeAndOne()],
    value: [1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0],
    gradients: [Array<number>(8).fill(0.0833333333)],
  },
  'torch.cat([x[0], x[1, :1]])': {
    op: (y, slots, places) => pack(y, { slots: slots, places: places }),
    operands: [x(), ...twoAndOne()],
    value: [1, 2, 3, 4, 5, 6],
    gradients: [[...Array<number>(6).fill(sixth), 0, 0]],
  },
  'a * tensor([[1.25, 0, 1.25], [0, 1.25, 1.25]])': {
    op: (y, keep) => dropout(y, keep),
    operands: [a(), mask()],
    value: [1.25, 0, 3.75, 0, 0, -1.25],
    gradients: [[0.2083333333, 0, 0.2083333333, 0, 0.2083333333, 0.2083333333]],
  },
  "F.cross_entropy(a, f, reduction='none')": {
    op: (logits) => softCrossEntropy(logits, logits.graph.constant(f)),
    operands: [a()],
    value: [2.3828452337, 1.1041306053],
    gradients: [[-0.1907501727, -0.1220501248, 0.3128002975, 0.2732746936, -0.3342505198, 0.0609758262]],
  },
  'F.cross_entropy(a @ t.T, tensor([3, 1]))': {
    op: (h, table, targets) => catalogueCrossEntropy(h, table, targets),
    operands: [a(), t(), integers([2], 3, 1)],
    value: [9.8497348707],
    gradients: [
      [0.499336566, -0.9993591881, 1.9981002485, 0.5003334193, 0.3765775057, -0.7747943348],
      [
        0.504940851, -0.997482162, 1.4838237031, -0.2331246351, -4.52856e-5, 0.4663624843, 0.022875579, -0.0024725111,
        -0.0395698803, -0.2946917948, 0.9999999587, -1.9106163071,
      ],
    ],
  },
};

it.each(Object.entries(GOLDEN))('%s and its gradients are those of PyTorch', async (_, golden) => {
  const { value, gradients } = await valueAndGradients(golden.op, golden.operands);
  expectClose(value, golden.value, 9);
  for (const [at, gradient] of golden.gradients.entries()) expectClose(gradients[at]!, gradient, 6);
});

it('F.gelu(a) and its gradients are those of PyTorch in single precision', async () => {
  const { value, gradients } = await valueAndGradients(
    (y) => gelu(y),
    [floats32([2, 3], 1, -2, 3, 0.5, 0, -1)],
    'float32',
  );
  expectClose(value, [0.8413447461, -0.0455002639, 2.9959503059, 0.3457312306, 0, -0.1586552539], 6);
  expectClose(gradients[0]!, [0.1805525784, -0.0142053002, 0.1686576079, 0.1445825208, 0.0833333333, -0.0138859118], 6);
});

it('three steps of adam are those of torch.optim.Adam([x], lr=0.1)', async () => {
  const optimizer = adam({ learningRate: 0.1 });
  const graph = new Graph('float32');
  const gradient = graph.input('gradient', [3]);
  let parameters: Record<string, Tensor> = { x: floats32([3], 1, -2, 3) };
  let state = optimizer.init(parameters);
  const inputs = Object.fromEntries(
    Object.entries({ ...parameters, ...state }).map(([name, { dtype, shape }]) => [
      name,
      graph.input(name, shape, dtype === 'F64' ? 'float64' : 'float32'),
    ]),
  );
  const step = optimizer.update({ x: gradient }, inputs);
  for (const [name, value] of Object.entries({ ...applyUpdates({ x: inputs['x']! }, step.updates), ...step.state }))
    graph.output(`next ${name}`, value);
  const expected = [
    [0.9, -1.9, 2.9],
    [0.8196959496, -1.9494189024, 2.9052631855],
    [0.7576206326, -1.9915779829, 2.9093089104],
  ];
  for (const [at, numbers] of [
    [0.5, -1, 2],
    [0.1, 3, -2],
    [0, 0.2, 1e-3],
  ].entries()) {
    const outputs = await runGraph(graph, { gradient: floats32([3], ...numbers), ...parameters, ...state });
    expectClose(outputs['next x']!, expected[at]!, 5);
    parameters = { x: floats32([3], ...outputs['next x']!) };
    state = Object.fromEntries(
      Object.entries(state).map(([name, { dtype, shape }]) => {
        const numbers = outputs[`next ${name}`]!;
        return [name, dtype === 'F64' ? doubles(shape, ...numbers) : floats32(shape, ...numbers)];
      }),
    );
  }
});

it('adam takes each parameter at a rate of its own', async () => {
  const optimizer = adam({ learningRate: (name) => (name === 'slow' ? 0.01 : 0.1) });
  const graph = new Graph('float32');
  const gradients = { fast: graph.input('fast', [2]), slow: graph.input('slow', [2]) };
  const state = optimizer.init({ fast: floats32([2]), slow: floats32([2]) });
  const { updates } = optimizer.update(
    gradients,
    Object.fromEntries(
      Object.entries(state).map(([name, { dtype, shape }]) => [
        name,
        graph.input(name, shape, dtype === 'F64' ? 'float64' : 'float32'),
      ]),
    ),
  );
  for (const [name, value] of Object.entries(updates)) graph.output(`update of ${name}`, value);
  const gradient = floats32([2], 0.5, -3);
  const zeros = Object.fromEntries(
    Object.entries(state).map(([name, { dtype, shape }]) => [
      name,
      dtype === 'F64' ? doubles(shape, 0) : floats32(shape, 0, 0),
    ]),
  );
  const outputs = await runGraph(graph, { fast: gradient, slow: gradient, ...zeros });
  // The first step of Adam is the rate, in the direction of the gradient.
  expectClose(outputs['update of fast']!, [0.1, -0.1], 6);
  expectClose(outputs['update of slow']!, [0.01, -0.01], 7);
});

it('clipping by the norm of all gradients is that of torch.nn.utils.clip_grad_norm_(…, 5)', async () => {
  const clipped = async (limit: number): Promise<Record<string, number[]>> => {
    const graph = new Graph('float64');
    const gradients = { x: graph.input('x', [3]), z: graph.input('z', [1]) };
    for (const [name, value] of Object.entries(clipByGlobalNorm(limit).update(gradients, {}).updates))
      graph.output(`clipped ${name}`, value);
    return runGraph(graph, { x: doubles([3], 3, 0, 4), z: doubles([1], 12) });
  };
  // The norm is √(9 + 16 + 144) = 13.
  const five = await clipped(5);
  expectClose(five['clipped x']!, [1.1538461538, 0, 1.5384615385], 6);
  expectClose(five['clipped z']!, [4.6153846154], 6);
  expect((await clipped(13.5))['clipped x']).toEqual([3, 0, 4]);
});

function expectClose(actual: readonly number[], expected: readonly number[], digits: number): void {
  expect(actual).toHaveLength(expected.length);
  for (const [at, number] of expected.entries()) expect(actual[at]).toBeCloseTo(number, digits);
}
