import type { TensorOf } from '#science/tensors/tensor.ts';
import { TextEmbedder } from '#science/text/text-embedder.port.ts';

/** Places `name: angle` at that angle, in degrees, on a circle: a test can choose the cosines of its intents. */
export class AngleEmbedder extends TextEmbedder {
  readonly dimension = 2;

  embed(texts: readonly string[]): Promise<TensorOf<'F32'>> {
    const angles = texts.map((text) => (Number(text.split(': ')[1]) * Math.PI) / 180);
    const data = Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
    return Promise.resolve({ dtype: 'F32', shape: [texts.length, 2], data });
  }
}
