import { Matrix } from 'ml-matrix';
import type { TensorRuntime } from '#science/engine/runtime.port.ts';
import { decodeSafetensors } from '#science/tensors/safetensors.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { intentDirections } from './intent-directions.ts';
import { INTENT_EMBEDDING } from './intent-predictor.ts';
import { IntentPrograms } from './intent-recommender.ts';
import { decodeModelFile, type TrainedModel } from './trained-model.ts';
import type { Weights } from './weights.ts';

/** Sessions and intents as a trained model sees them. */
export interface SessionIntentSpace {
  /** How many sessions to ask for at once. */
  readonly batch: number;
  /** (n, d): h, the embedding of each session so far. */
  encode(prefixes: readonly Int32Array[]): Promise<TensorOf<'F32'>>;
  /** (n, M): p, the probabilities of the intents of sessions that are encoded. */
  probabilities(hidden: TensorOf<'F32'>): Promise<TensorOf<'F32'>>;
  /** (M, d): E W_V, of which z = (E W_V)ᵀ p is a session's intent vector; E of a model that does not fuse. */
  readonly values: TensorOf<'F32'>;
  /** (M, d): each intent in the space of the sessions, the direction in which it moves them; E of a model that does not fuse. */
  readonly places: TensorOf<'F32'>;
}

/** `null` for a model without intents. @throws DamagedTensorsError if the file is not one of a trained model. */
export async function openSessionIntentSpace(
  model: Uint8Array,
  loadRuntime: () => Promise<TensorRuntime>,
): Promise<SessionIntentSpace | null> {
  const { shape, weights, predictor }: TrainedModel = decodeModelFile(decodeSafetensors(model));
  if (predictor === null) return null;
  const programs = await IntentPrograms.load(await loadRuntime(), shape, predictor);
  const recommender = programs.recommender(weights);
  return {
    batch: recommender.batch,
    encode: (prefixes) => recommender.encode(prefixes),
    probabilities: (hidden) => recommender.intentsAt(hidden),
    values: intentValues(weights),
    places: intentDirections(weights) ?? weights[INTENT_EMBEDDING]!,
  };
}

function intentValues({ [INTENT_EMBEDDING]: embedding, 'intents.value': value }: Weights): TensorOf<'F32'> {
  if (value === undefined) return embedding!;
  const values = matrixOf(embedding!).mmul(matrixOf(value));
  return { dtype: 'F32', shape: [values.rows, values.columns], data: Float32Array.from(values.to1DArray()) };
}

function matrixOf({ data, shape }: TensorOf<'F32'>): Matrix {
  return Matrix.from1DArray(shape[0]!, shape[1]!, Array.from(data));
}
