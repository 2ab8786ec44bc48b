import { totalmem } from 'node:os';
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { TensorRuntime, type Program } from '#science/engine/runtime.port.ts';

/** The tensors of a run, as the port has them. */
type Tensors = Parameters<Program['run']>[0];
type Tensor = Tensors[string];

/** ONNX Runtime on one thread of the processor. */
export class OnnxRuntime extends TensorRuntime {
  // In a container the limit of the container counts; where there is none, Node answers 0 or more than there is.
  readonly memoryBytes = Math.min(process.constrainedMemory() || Infinity, totalmem());

  async load(model: Uint8Array): Promise<Program> {
    const session = await InferenceSession.create(model, {
      executionProviders: ['cpu'],
      executionMode: 'sequential',
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
    });
    return {
      run: async (inputs, outputs) => {
        await session.run(wrapped(inputs), wrapped(outputs));
      },
      answer: async (inputs) => unwrapped(await session.run(wrapped(inputs))),
      release: () => session.release(),
    };
  }
}

/** Without copying: the runtime reads and writes the arrays themselves. */
function wrapped(tensors: Tensors): Record<string, OnnxTensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, onnxTensor(tensor)]));
}

function unwrapped(tensors: InferenceSession.OnnxValueMapType): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { data, dims }]) => [name, tensorOf(name, data, dims)]),
  );
}

function tensorOf(name: string, data: OnnxTensor['data'], shape: readonly number[]): Tensor {
  if (data instanceof Float32Array) return { dtype: 'F32', shape, data };
  if (data instanceof Float64Array) return { dtype: 'F64', shape, data };
  if (data instanceof BigInt64Array) return { dtype: 'I64', shape, data };
  if (data instanceof Int32Array) return { dtype: 'I32', shape, data };
  if (data instanceof Uint8Array) return { dtype: 'U8', shape, data };
  throw new TypeError(`The output ${name} holds no numbers that are known here.`);
}

function onnxTensor({ dtype, shape, data }: Tensors[string]): OnnxTensor {
  switch (dtype) {
    case 'F32':
      return new OnnxTensor('float32', data, shape);
    case 'F64':
      return new OnnxTensor('float64', data, shape);
    case 'I64':
      return new OnnxTensor('int64', data, shape);
    case 'I32':
      return new OnnxTensor('int32', data, shape);
    case 'U8':
      return new OnnxTensor('uint8', data, shape);
  }
}
