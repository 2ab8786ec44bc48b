import { elementsOf, type Tensor, type Tensors } from '#science/tensors/tensor.ts';
import type { Value, Values } from './graph.ts';
import { toFloat } from './ops/cast.ts';
import { add, divide, multiply, scale, squareRoot, subtract } from './ops/elementwise.ts';
import { sumOfSquares } from './ops/reduce.ts';

/** What a step of an optimiser gives: by how much each parameter changes (it is subtracted), and the state for the next. */
export interface OptimizerStep {
  readonly updates: Values;
  readonly state: Values;
}

/**
 * An optimiser as a pair of pure functions, after optax. `init` gives the state before the first step; `update` adds one step
 * to the graph of the parameters. Both know parameters by name.
 */
export interface Optimizer {
  init(parameters: Tensors): Tensors;
  update(gradients: Values, state: Values): OptimizerStep;
}

/** One after the other: each gets what the one before made of the gradients. */
export function chain(...optimizers: readonly Optimizer[]): Optimizer {
  return {
    init: (parameters) =>
      Object.assign(
        {},
        ...optimizers.map((optimizer, at) => prefixed(`${at}.`, optimizer.init(parameters))),
      ) as Tensors,
    update: (gradients, state) =>
      optimizers.reduce<OptimizerStep>(
        (step, optimizer, at) => {
          const next = optimizer.update(step.updates, withPrefix(`${at}.`, state));
          return { updates: next.updates, state: { ...step.state, ...prefixed(`${at}.`, next.state) } };
        },
        { updates: gradients, state: {} },
      ),
  };
}

/**
 * g ← g · min(1, limit / ‖g‖), with the norm over all parameters together
 *
 * source: Pascanu, Mikolov & Bengio 2013, arXiv 1211.5063; `torch.nn.utils.clip_grad_norm_`
 */
export function clipByGlobalNorm(limit: number): Optimizer {
  return {
    init: () => ({}),
    update: (gradients) => {
      const norm = squareRoot(Object.values(gradients).map(sumOfSquares).reduce(add));
      const factor = divide(norm.graph.scalar(limit), larger(norm, norm.graph.scalar(limit)));
      return { updates: mapValues(gradients, (gradient) => multiply(gradient, factor)), state: {} };
    },
  };
}

export interface AdamSettings {
  /** η, or that of each parameter by its name. */
  readonly learningRate: number | ((parameter: string) => number);
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * Adam: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², update = η (m / (1−β₁ᵗ)) / (√(v / (1−β₂ᵗ)) + ε)
 *
 * The state holds M = m / (1−β₁) and V = v / (1−β₂), and the constants go into two numbers a step:
 *
 *     M ← β₁M + g,  V ← β₂V + g²,  update = a M / (√V + b)
 *     b = ε √((1−β₂ᵗ) / (1−β₂)),   a = η (1−β₁) / (1−β₁ᵗ) · √((1−β₂ᵗ) / (1−β₂))
 *
 * which is the same update with three passes fewer over a table of the catalogue's size. t is counted, and a and b are
 * calculated, in float64.
 *
 * source: Kingma & Ba 2015, arXiv 1412.6980, algorithm 1; `torch.optim.Adam`
 */
export function adam({ learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamSettings): Optimizer {
  return {
    init: (parameters) => ({
      step: { dtype: 'F64', shape: [], data: new Float64Array(1) },
      ...prefixed('mean.', mapValues(parameters, zerosOf)),
      ...prefixed('square.', mapValues(parameters, zerosOf)),
    }),
    update: (gradients, state) => {
      const means = mapValues(gradients, (g, name) => add(scale(state[`mean.${name}`]!, beta1), g));
      const squares = mapValues(gradients, (g, name) => add(scale(state[`square.${name}`]!, beta2), multiply(g, g)));
      const step = add(state['step']!, double(state['step']!, 1));
      const first = divide(double(step, 1 - beta1), oneMinusPower(beta1, step));
      const second = squareRoot(divide(oneMinusPower(beta2, step), double(step, 1 - beta2)));
      const rateOf = ratesOf(Object.keys(gradients), learningRate, (rate) =>
        toFloat(multiply(multiply(first, second), double(step, rate))),
      );
      const floor = toFloat(multiply(second, double(step, epsilon)));
      return {
        updates: mapValues(means, (mean, name) =>
          divide(multiply(mean, rateOf(name)), add(squareRoot(squares[name]!), floor)),
        ),
        state: { step, ...prefixed('mean.', means), ...prefixed('square.', squares) },
      };
    },
  };
}

/** The rate of each parameter, calculated once for all that share one. */
function ratesOf(
  parameters: readonly string[],
  learningRate: AdamSettings['learningRate'],
  calculate: (rate: number) => Value,
): (parameter: string) => Value {
  const of = (parameter: string): number => (typeof learningRate === 'number' ? learningRate : learningRate(parameter));
  const calculated = new Map([...new Set(parameters.map(of))].map((rate) => [rate, calculate(rate)]));
  return (parameter) => calculated.get(of(parameter))!;
}

/** The parameters after a step. */
export function applyUpdates(parameters: Values, updates: Values): Values {
  return mapValues(parameters, (parameter, name) => subtract(parameter, updates[name]!));
}

function mapValues<From, To>(
  values: Readonly<Record<string, From>>,
  change: (value: From, name: string) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}

function prefixed<T>(prefix: string, values: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}

/** What has this prefix, under the names without it. */
function withPrefix<T>(prefix: string, values: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const entries = Object.entries(values).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]));
}

function zerosOf({ dtype, shape }: Tensor): Tensor {
  const length = elementsOf(shape);
  return dtype === 'F64'
    ? { dtype, shape, data: new Float64Array(length) }
    : { dtype: 'F32', shape, data: new Float32Array(length) };
}

function larger(a: Value, b: Value): Value {
  return a.graph.emit('Max', [a, b], { shape: a.shape });
}

function double({ graph }: Value, number: number): Value {
  return graph.constant({ dtype: 'F64', shape: [], data: Float64Array.of(number) });
}

/** 1 − βᵗ */
function oneMinusPower(beta: number, step: Value): Value {
  const power = step.graph.emit('Pow', [double(step, beta), step], { shape: [] });
  return subtract(double(step, 1), power);
}
