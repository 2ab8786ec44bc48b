import { DomainError } from '#kernel/domain-error.ts';
import type { Weights } from '#science/models/weights.ts';
import { decodeSafetensors, encodeSafetensors, type SafetensorsFile } from '#science/tensors/safetensors.ts';
import { copyOfTensor, type Tensor, type Tensors } from '#science/tensors/tensor.ts';
import type { BestEpoch } from './early-stopping.ts';
import type { TrainingState } from './training-graph.ts';

/** Numbers that a training remembers beside its weights, by name. */
export type Notes = Readonly<Record<string, number>>;

/**
 * A training at the end of an epoch. Chance needs no state: the streams of an epoch follow from the seed and its number, so
 * what is here is all that the next epoch depends on.
 */
export interface Checkpoint {
  /** Epochs done. */
  readonly epoch: number;
  readonly state: TrainingState;
  readonly notes: Notes;
  /** The best epoch so far, its weights, and the notes at its end; `null` before the first that may be kept. */
  readonly best: (BestEpoch & { readonly weights: Weights; readonly notes: Notes }) | null;
}

export class CheckpointDoesNotFitError extends DomainError<'CHECKPOINT_DOES_NOT_FIT'> {
  constructor(problem: string) {
    super(
      'CHECKPOINT_DOES_NOT_FIT',
      `The training cannot go on from this checkpoint: ${problem}. Start it anew, without the checkpoint.`,
    );
  }
}

const FORMAT = 'sprintlab training checkpoint';
const VERSION = '1';

export function encodeCheckpoint({ epoch, state, notes, best }: Checkpoint): Uint8Array {
  const tensors = {
    ...underPrefix('parameter.', state.parameters),
    ...underPrefix('optimizer.', state.optimizer),
    ...underPrefix('teacher.', state.teacher ?? {}),
    ...underPrefix('best.', best?.weights ?? {}),
  };
  return encodeSafetensors(tensors, {
    format: FORMAT,
    version: VERSION,
    epoch: String(epoch),
    ...keptWords(best),
    ...noted('note.', notes),
  });
}

/**
 * @param like the state of the training that is to go on, before its first step: the checkpoint must have the same shapes.
 * @throws DamagedTensorsError, CheckpointDoesNotFitError naming what differs.
 */
export function decodeCheckpoint(bytes: Uint8Array, like: TrainingState): Checkpoint {
  const file = decodeSafetensors(bytes);
  assertVersion(file);
  const { epoch, bestEpoch, bestNdcg20 } = file.metadata;
  const { teacher } = like;
  return {
    epoch: Number(epoch),
    state: {
      parameters: fitting(file, 'parameter.', like.parameters),
      optimizer: fitting(file, 'optimizer.', like.optimizer),
      ...(teacher === undefined ? {} : { teacher: fitting(file, 'teacher.', teacher) }),
    },
    notes: notesOf(file, 'note.'),
    best:
      bestEpoch === undefined
        ? null
        : {
            epoch: Number(bestEpoch),
            validNdcg20: bestNdcg20 === undefined ? null : Number(bestNdcg20),
            weights: fitting(file, 'best.', like.parameters),
            notes: notesOf(file, 'bestNote.'),
          },
  };
}

function assertVersion({ metadata }: SafetensorsFile): void {
  if (metadata['format'] !== FORMAT) throw new CheckpointDoesNotFitError('the file is no checkpoint of a training');
  const version = metadata['version'] ?? 'none';
  if (version !== VERSION)
    throw new CheckpointDoesNotFitError(`its format has version ${version}, this program reads version ${VERSION}`);
}

/** Copies: the training will write into them. */
function fitting<Like extends Tensors>(file: SafetensorsFile, prefix: string, like: Like): Like {
  const entries = Object.entries(like).map(([name, expected]) => {
    const tensor = file.tensors[prefix + name];
    if (tensor === undefined) throw new CheckpointDoesNotFitError(`it has no "${prefix}${name}"`);
    if (describe(tensor) !== describe(expected))
      throw new CheckpointDoesNotFitError(
        `its "${prefix}${name}" is ${describe(tensor)}, the training's is ${describe(expected)}`,
      );
    return [name, copyOfTensor(tensor)];
  });
  return Object.fromEntries(entries) as Like;
}

function describe({ dtype, shape }: Tensor): string {
  return `${dtype} [${shape.join(', ')}]`;
}

function underPrefix(prefix: string, tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [prefix + name, tensor]));
}

/** A number as text and back is the same number. */
function noted(prefix: string, notes: Notes): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(notes).map(([name, value]) => [prefix + name, String(value)]));
}

function notesOf({ metadata }: SafetensorsFile, prefix: string): Notes {
  const own = Object.entries(metadata).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), Number(value)]));
}

function keptWords(best: Checkpoint['best']): Readonly<Record<string, string>> {
  if (best === null) return {};
  const { epoch, validNdcg20, notes } = best;
  const worth = validNdcg20 === null ? {} : { bestNdcg20: String(validNdcg20) };
  return { bestEpoch: String(epoch), ...worth, ...noted('bestNote.', notes) };
}
