import { DomainError } from '#kernel/domain-error.ts';
import { type SasrecShape, sasrecWeightShapes } from '#science/models/sasrec.ts';
import { elementsOf } from '#science/tensors/tensor.ts';

const BYTES = 4;
/** Of each weight: itself and two moments, in two copies; gradient, update and their intermediates; the best epoch's. */
const COPIES_OF_WEIGHTS = 12;
/** Logits and probabilities of every position over the catalogue. */
const COPIES_OF_SCORES = 2;
/** The item table with the texts in it: in a step, its gradient, and baked. */
const COPIES_OF_TEXT_TABLE = 3;
/** The teacher's weights, in two copies and as a model in use. */
const COPIES_OF_TEACHER = 3;
/** Numbers a context of the bank takes beside vectors and distributions: its neighbours, and the candidates for them. */
const NUMBERS_OF_NEIGHBOURS = 300;
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

interface TrainingSizes {
  /** In sessions. */
  readonly batch: number;
  /** Of the items' text vectors; 0 without text. */
  readonly textWidth: number;
  /** Where there is enrichment: contexts in the teacher's bank, and intents. */
  readonly bank?: { readonly contexts: number; readonly intents: number } | undefined;
}

/** What training takes at most, in bytes: every session of a batch may be as long as the model sees. */
function trainingBytes(shape: SasrecShape, { batch, textWidth, bank }: TrainingSizes): number {
  const weights = Object.values(sasrecWeightShapes(shape)).reduce((sum, size) => sum + elementsOf(size), 0);
  const scores = batch * shape.maxLength * shape.itemCount;
  const text = textWidth === 0 ? 0 : shape.itemCount * (textWidth + COPIES_OF_TEXT_TABLE * shape.dimension);
  const teacher = bank === undefined ? 0 : COPIES_OF_TEACHER * weights + bank.contexts * numbersOf(bank, shape);
  return PROGRAM_BYTES + BYTES * (COPIES_OF_WEIGHTS * weights + COPIES_OF_SCORES * scores + text + teacher);
}

/** A context's: its vector twice, three distributions, its neighbours. */
function numbersOf({ intents }: { readonly intents: number }, { dimension }: SasrecShape): number {
  return 2 * dimension + 3 * intents + NUMBERS_OF_NEIGHBOURS;
}

/** @throws NotEnoughMemoryError before anything is allocated. */
export function assertMemorySuffices(shape: SasrecShape, sizes: TrainingSizes, available: number): void {
  const needed = trainingBytes(shape, sizes);
  if (needed > available) throw new NotEnoughMemoryError(shape, needed, available);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
