import { DomainError } from '#kernel/domain-error.ts';
import { add } from './ops/elementwise.ts';
import { scatterAddRows } from './ops/rows.ts';
import { concatenate, zerosLike } from './ops/shape.ts';
import type { DifferentiableStep, Gradient, RowGradient, Value } from './graph.ts';

export class NoGradientError extends DomainError<'NO_GRADIENT'> {
  constructor(problem: string) {
    super('NO_GRADIENT', `The gradient cannot be taken: ${problem}.`);
  }
}

/**
 * Reverse mode: ∂loss/∂v for each wanted value, by the chain rule from the last step to the first.
 *
 * A value that several steps read gets the sum of what flows back from them. Gradients of single rows (of an embedding that
 * was looked up, of the targets of a softmax) are kept apart until the end and added in one pass: a table of the size of the
 * catalogue is neither filled with zeros nor copied for each of them.
 *
 * source: Griewank & Walther 2008, "Evaluating Derivatives", ch. 3; row gradients after TensorFlow's IndexedSlices.
 * @throws NoGradientError unless the loss is one number that depends on every wanted value.
 */
export function gradientsOf(loss: Value, wanted: readonly Value[]): readonly Value[] {
  if (loss.shape.length > 0)
    throw new NoGradientError(`the loss has ${loss.shape.length} axes, and must be one number`);
  return loss.graph.unrecorded(() => {
    const flows = new Map<Value, Gradient[]>([[loss, [loss.graph.scalar(1)]]]);
    for (const step of loss.graph.steps.toReversed()) flowBack(step, flows);
    return wanted.map((value) => {
      const gradient = gradientAt(value, flows);
      if (gradient === null) throw new NoGradientError(`the loss does not depend on ${value.name}`);
      return gradient;
    });
  });
}

function flowBack({ operands, results, pullback }: DifferentiableStep, flows: Map<Value, Gradient[]>): void {
  const gradients = results.map((result) => gradientAt(result, flows));
  if (gradients.every((gradient) => gradient === null)) return;
  for (const [at, flow] of pullback(gradients).entries()) {
    const operand = operands[at];
    if (flow !== null && operand !== undefined) flows.set(operand, [...(flows.get(operand) ?? []), flow]);
  }
}

function gradientAt(value: Value, flows: Map<Value, Gradient[]>): Value | null {
  const flowing = flows.get(value);
  if (flowing === undefined) return null;
  const rows = flowing.filter(isOfRows);
  const whole = flowing.filter((flow): flow is Value => !isOfRows(flow));
  const dense = whole.length === 0 ? zerosLike(value) : whole.reduce(add);
  return rows.length === 0 ? dense : scatterAddRows(dense, joined(rows));
}

function isOfRows(gradient: Gradient): gradient is RowGradient {
  return 'rows' in gradient;
}

function joined(gradients: readonly RowGradient[]): RowGradient {
  if (gradients.length === 1) return gradients[0]!;
  return {
    index: concatenate(
      gradients.map(({ index }) => index),
      0,
    ),
    rows: concatenate(
      gradients.map(({ rows }) => rows),
      0,
    ),
  };
}
