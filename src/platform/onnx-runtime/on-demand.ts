import type { TensorRuntime } from '#science/engine/runtime.port.ts';

/** Its library takes a tenth of a second to load: only what has a trained model pays for it. */
export async function loadOnnxRuntime(): Promise<TensorRuntime> {
  const { OnnxRuntime } = await import('./onnx-runtime.ts');
  return new OnnxRuntime();
}
