import { DomainError } from '#kernel/domain-error.ts';
import { type SasrecShape, sasrecWeightShapes } from '#science/models/sasrec.ts';
import { elementsOf } from '#science/tensors/tensor.ts';

const BYTES = 4;
/** Of each weight: itself and two moments, in two copies; gradient, update and their intermediates; the best epoch's. */
const COPIES_OF_WEIGHTS = 12;
/** Logits and probabilities of every position over the catalogue. */
const COPIES_OF_SCORES = 2;
/** Node and ONNX Runtime before there is any data. */
const PROGRAM_BYTES = 200e6;

export class NotEnoughMemoryError extends DomainError<'NOT_ENOUGH_MEMORY'> {
  constructor(shape: SasrecShape, needed: number, available: number) {
    super(
      'NOT_ENOUGH_MEMORY',
      `Training needs about ${gigabytes(needed)} of memory for ${shape.itemCount} items × ${shape.dimension} with their ` +
        `optimiser and the scores of a batch over all of them; this process may use ${gigabytes(available)}. ` +
        `Lower the batch, protocol.maxLength or backbone.dimension, or raise protocol.minItemCount to have fewer items.`,
    );
  }
}

/** What training takes at most, in bytes: every session of a batch may be as long as the model sees. */
function trainingBytes(shape: SasrecShape, batch: number): number {
  const weights = Object.values(sasrecWeightShapes(shape)).reduce((sum, size) => sum + elementsOf(size), 0);
  const scores = batch * shape.maxLength * shape.itemCount;
  return PROGRAM_BYTES + BYTES * (COPIES_OF_WEIGHTS * weights + COPIES_OF_SCORES * scores);
}

/** @throws NotEnoughMemoryError before anything is allocated. */
export function assertMemorySuffices(shape: SasrecShape, batch: number, available: number): void {
  const needed = trainingBytes(shape, batch);
  if (needed > available) throw new NotEnoughMemoryError(shape, needed, available);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
