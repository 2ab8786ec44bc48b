import type { TensorOf } from '#science/tensors/tensor.ts';

/**
 * Turns texts into vectors. Promises that every embedder keeps:
 * - the same text gives the same bits, whatever other texts stand beside it and in whatever order;
 * - the rows have length 1, so that their dot product is their cosine, or 0 for a text in which there is nothing to read.
 */
export abstract class TextEmbedder {
  abstract readonly dimension: number;

  /** (texts, dimension) */
  abstract embed(texts: readonly string[]): Promise<TensorOf<'F32'>>;
}
