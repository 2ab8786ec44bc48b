import type { Tensors } from '#science/tensors/tensor.ts';

/** A program that is ready to run. */
export interface Program {
  /**
   * Runs the program once: reads `inputs`, and writes every output into the tensor of its name, whose shape is the output's.
   * Nothing is allocated that lives longer than the run. An output must not share its memory with an input.
   */
  run(inputs: Tensors, outputs: Tensors): Promise<void>;
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
