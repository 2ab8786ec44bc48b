import { createRequire } from 'node:module';
import { z } from 'zod';

/** Of the installed ONNX Runtime, read without loading its library: bits are the same for one build of it. */
export function onnxRuntimeVersion(): string {
  const description: unknown = createRequire(import.meta.url)('onnxruntime-node/package.json');
  return z.object({ version: z.string() }).parse(description).version;
}
