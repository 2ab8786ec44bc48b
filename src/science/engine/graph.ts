import type { TensorOf } from '#science/tensors/tensor.ts';

/** What a graph calculates in: `float32` to train, `float64` where gradients are checked. */
export type FloatType = 'float32' | 'float64';
export type ElementType = FloatType | 'int64' | 'bool';

/** A number, or the name of a size that is known only when the program runs: `batch`. Equal names are equal sizes. */
export type Size = number | string;
export type Shape = readonly Size[];

/** What an operator is told beside its operands. A bare number is an integer, so a float says so. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** Numbers that are part of a program. */
export type ConstantTensor = TensorOf<'F32'> | TensorOf<'F64'> | TensorOf<'I64'>;

/** A tensor that will be there when the program runs. */
export interface Value {
  readonly graph: Graph;
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
}
export type Values = Readonly<Record<string, Value>>;

/** One operator of the program. */
export interface GraphNode {
  readonly operator: string;
  readonly operands: readonly Value[];
  readonly results: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** The gradient of a table of which a few rows were read: `rows` (n, …) belong to the rows `index` (n) of the table. */
export interface RowGradient {
  readonly index: Value;
  readonly rows: Value;
}
export type Gradient = Value | RowGradient;

/** How a gradient flows from the results of a step back to its operands. `null`: nothing depends on it. */
export interface DifferentiableStep {
  readonly operands: readonly Value[];
  readonly results: readonly Value[];
  readonly pullback: (gradients: readonly (Value | null)[]) => readonly (Gradient | null)[];
}

/** What an operator gives. */
export interface Result {
  readonly shape: Shape;
  /** By default that of the first operand. */
  readonly type?: ElementType;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/**
 * A program under construction: operators over values, with shapes that are checked as it is built. The functions of `ops/`
 * add to it; each adds its operators and, as a step, how its gradient flows back.
 */
export class Graph {
  readonly inputs: Value[] = [];
  readonly outputs = new Map<string, Value>();
  readonly constants = new Map<Value, ConstantTensor>();
  readonly nodes: GraphNode[] = [];
  readonly steps: DifferentiableStep[] = [];
  readonly #shared = new Map<string, Value>();
  #recording = true;
  #named = 0;

  constructor(readonly float: FloatType = 'float32') {}

  /** A tensor that every run is given. */
  input(name: string, shape: Shape, type: ElementType = this.float): Value {
    const value = this.#value(name, { shape, type });
    this.inputs.push(value);
    return value;
  }

  /** A tensor that every run gives back. */
  output(name: string, value: Value): void {
    this.outputs.set(name, value);
  }

  /** A tensor that is part of the program. */
  constant(tensor: ConstantTensor): Value {
    const value = this.#value(this.#newName('constant'), { shape: tensor.shape, type: ELEMENT_TYPES[tensor.dtype] });
    this.constants.set(value, tensor);
    return value;
  }

  /** (): a number of the graph's float type. */
  scalar(number: number): Value {
    const data = [number];
    return this.#once(`scalar ${number}`, () =>
      this.float === 'float32'
        ? { dtype: 'F32', shape: [], data: Float32Array.from(data) }
        : { dtype: 'F64', shape: [], data: Float64Array.from(data) },
    );
  }

  /** (n): integers, as operators take axes and shapes. */
  integers(...numbers: readonly number[]): Value {
    const data = BigInt64Array.from(numbers, BigInt);
    return this.#once(`integers ${numbers.join()}`, () => ({ dtype: 'I64', shape: [numbers.length], data }));
  }

  /** (): an integer. */
  integer(number: number): Value {
    return this.#once(`integer ${number}`, () => ({ dtype: 'I64', shape: [], data: BigInt64Array.of(BigInt(number)) }));
  }

  /** Adds an operator with one result. No gradient flows through it unless a step says how. */
  emit(operator: string, operands: readonly Value[], result: Result): Value {
    return this.emitAll(operator, operands, [result])[0]!;
  }

  /** The attributes are those of the first result. */
  emitAll(operator: string, operands: readonly Value[], results: readonly Result[]): readonly Value[] {
    const values = results.map(({ shape, type = operands[0]?.type ?? this.float }) =>
      this.#value(this.#newName(operator), { shape, type }),
    );
    this.nodes.push({ operator, operands, results: values, attributes: results[0]?.attributes ?? {} });
    return values;
  }

  /** Says how the gradient flows through what was emitted. */
  record(step: DifferentiableStep): void {
    if (this.#recording) this.steps.push(step);
  }

  /** What `build` adds has no gradient of its own: it is one, or the step around it has. */
  unrecorded<T>(build: () => T): T {
    const before = this.#recording;
    this.#recording = false;
    try {
      return build();
    } finally {
      this.#recording = before;
    }
  }

  #once(key: string, tensor: () => ConstantTensor): Value {
    const value = this.#shared.get(key) ?? this.constant(tensor());
    this.#shared.set(key, value);
    return value;
  }

  #newName(operator: string): string {
    return `${operator}_${this.#named++}`;
  }

  #value(name: string, { shape, type }: { readonly shape: Shape; readonly type: ElementType }): Value {
    return { graph: this, name, shape, type };
  }
}

/** Records the gradient of one result over its operands, and gives the result: the usual end of an op. */
export function differentiable(
  result: Value,
  operands: readonly Value[],
  pullback: (gradient: Value) => readonly (Gradient | null)[],
): Value {
  const step = ([gradient]: readonly (Value | null)[]) => pullback(gradient!);
  result.graph.record({ operands, results: [result], pullback: step });
  return result;
}

const ELEMENT_TYPES = { F32: 'float32', F64: 'float64', I64: 'int64' } as const satisfies Record<
  ConstantTensor['dtype'],
  ElementType
>;
