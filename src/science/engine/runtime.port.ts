import { isOfType, type ArrayOf, type Dtype, type Tensors } from '#science/tensors/tensor.ts';

/** A program that is ready to run. */
export interface Program {
  /**
   * Runs the program once: reads `inputs`, and writes every output into the tensor of its name, whose shape is the output's.
   * Nothing is allocated that lives longer than the run. An output must not share its memory with an input.
   */
  run(inputs: Tensors, outputs: Tensors): Promise<void>;
  /** Runs the program once and gives its outputs in memory of their own: where their sizes depend on what it reads. */
  answer(inputs: Tensors): Promise<Tensors>;
  /** Gives its memory back. The program is not used any more. */
  release(): Promise<void>;
}

/**
 * Runs ONNX models. On one machine the same model and inputs give the same bits, whatever ran before: one thread does the
 * work, so that sums have one order.
 */
export abstract class TensorRuntime {
  /** What the process may use in all, in bytes. */
  abstract readonly memoryBytes: number;

  abstract load(model: Uint8Array): Promise<Program>;
}

/** The numbers that a program answered under a name. @throws TypeError where it has no such output of that type */
export function answered<D extends Dtype>(answer: Tensors, name: string, dtype: D): ArrayOf[D] {
  const tensor = answer[name];
  if (tensor === undefined || !isOfType(tensor, dtype)) throw new TypeError(`There is no output ${name} of ${dtype}.`);
  return tensor.data;
}
