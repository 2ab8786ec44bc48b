import { OnnxRuntime } from '#platform/onnx-runtime/onnx-runtime.ts';
import { gradientsOf } from '#science/engine/autodiff.ts';
import { type FloatType, Graph, type Value } from '#science/engine/graph.ts';
import { encodeOnnxModel } from '#science/engine/onnx-model.ts';
import { multiply } from '#science/engine/ops/elementwise.ts';
import { mean } from '#science/engine/ops/reduce.ts';
import { stream } from '#science/random/stream.ts';
import { elementsOf, type Tensor, type Tensors } from '#science/tensors/tensor.ts';

export const runtime = new OnnxRuntime();

/** An op under test: from its operands to its result. */
export type Op = (...operands: Value[]) => Value;

/** Runs a graph whose outputs have known sizes. */
export async function runGraph(graph: Graph, inputs: Tensors): Promise<Record<string, number[]>> {
  const program = await runtime.load(encodeOnnxModel(graph));
  const outputs = Object.fromEntries([...graph.outputs].map(([name, value]) => [name, emptyTensor(value)]));
  await program.run(inputs, outputs);
  await program.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data, Number)]));
}

/** The result of an op, and the gradients of the mean of its elements by the operands that are floats. */
export async function valueAndGradients(
  op: Op,
  operands: readonly Tensor[],
  float: FloatType = 'float64',
): Promise<{ readonly value: number[]; readonly gradients: number[][] }> {
  const graph = new Graph(float);
  const values = operands.map((operand, at) => inputOf(graph, `x${at}`, operand));
  const result = op(...values);
  graph.output('value', result);
  const wanted = values.filter(({ type }) => type === float);
  for (const [at, gradient] of gradientsOf(mean(result), wanted).entries()) graph.output(`gradient${at}`, gradient);
  const outputs = await runGraph(graph, Object.fromEntries(operands.map((operand, at) => [`x${at}`, operand])));
  return { value: outputs['value']!, gradients: wanted.map((_, at) => outputs[`gradient${at}`]!) };
}

/**
 * The largest difference between an op's gradients and central differences, (f(x + ε) − f(x − ε)) / 2ε, relative to the largest
 * gradient. f is the mean of the results, each weighted by a number of its own, so that no two errors can cancel.
 */
export async function gradientError(
  op: Op,
  operands: readonly Tensor[],
  float: FloatType = 'float64',
): Promise<number> {
  const graph = new Graph(float);
  const values = operands.map((operand, at) => inputOf(graph, `x${at}`, operand));
  const result = op(...values);
  const weights = graph.constant(anyTensor(float === 'float64' ? 'F64' : 'F32', result.shape.map(Number), 7));
  const loss = mean(multiply(result, weights));
  graph.output('loss', loss);
  const wanted = values.filter(({ type }) => type === float);
  for (const [at, gradient] of gradientsOf(loss, wanted).entries())
    graph.output(`gradient of ${wanted[at]!.name}`, gradient);
  const program = await runtime.load(encodeOnnxModel(graph));
  const inputs = Object.fromEntries(operands.map((operand, at) => [`x${at}`, operand]));
  const run = async (): Promise<Tensors> => {
    const outputs = Object.fromEntries([...graph.outputs].map(([name, value]) => [name, emptyTensor(value)]));
    await program.run(inputs, outputs);
    return outputs;
  };
  const analytic = await run();
  // The best step for central differences is about the cube root of the precision.
  const epsilon = float === 'float64' ? 1e-5 : 5e-3;
  let [worst, largest] = [0, 0];
  for (const { name } of wanted) {
    const { data } = inputs[name]!;
    for (let at = 0; at < data.length; at++) {
      const kept = Number(data[at]);
      const lossAt = async (x: number): Promise<number> => {
        data[at] = x;
        return Number((await run())['loss']!.data[0]);
      };
      const numeric = ((await lossAt(kept + epsilon)) - (await lossAt(kept - epsilon))) / (2 * epsilon);
      data[at] = kept;
      const exact = Number(analytic[`gradient of ${name}`]!.data[at]);
      worst = Math.max(worst, Math.abs(exact - numeric));
      largest = Math.max(largest, Math.abs(numeric));
    }
  }
  await program.release();
  return worst / largest;
}

/** Numbers in (-1, 1), other for each seed. */
export function anyTensor(dtype: 'F32' | 'F64', shape: readonly number[], seed = 1): Tensor & { dtype: 'F32' | 'F64' } {
  const rng = stream(seed, 'data', 'any tensor');
  const numbers = Array.from({ length: elementsOf(shape) }, () => rng.uniform() * 2 - 1);
  return floats(dtype, shape, numbers);
}

export function doubles(shape: readonly number[], ...numbers: number[]): Tensor {
  return floats('F64', shape, numbers);
}

export function floats32(shape: readonly number[], ...numbers: number[]): Tensor {
  return floats('F32', shape, numbers);
}

export function integers(shape: readonly number[], ...numbers: number[]): Tensor {
  return { dtype: 'I64', shape, data: BigInt64Array.from(numbers, BigInt) };
}

function floats(dtype: 'F32' | 'F64', shape: readonly number[], numbers: number[]): Tensor & { dtype: 'F32' | 'F64' } {
  return dtype === 'F64'
    ? { dtype, shape, data: Float64Array.from(numbers) }
    : { dtype, shape, data: Float32Array.from(numbers) };
}

function inputOf(graph: Graph, name: string, { dtype, shape }: Tensor): Value {
  return graph.input(name, shape, dtype === 'I64' ? 'int64' : graph.float);
}

function emptyTensor({ type, shape }: Value): Tensor {
  const sizes = shape.map(Number);
  switch (type) {
    case 'float32':
      return { dtype: 'F32', shape: sizes, data: new Float32Array(elementsOf(sizes)) };
    case 'float64':
      return { dtype: 'F64', shape: sizes, data: new Float64Array(elementsOf(sizes)) };
    case 'int64':
      return { dtype: 'I64', shape: sizes, data: new BigInt64Array(elementsOf(sizes)) };
    case 'bool':
      return { dtype: 'U8', shape: sizes, data: new Uint8Array(elementsOf(sizes)) };
  }
}
