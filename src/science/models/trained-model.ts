import { DamagedTensorsError, encodeSafetensors, type SafetensorsFile } from '#science/tensors/safetensors.ts';
import type { Fusion, PredictorShape } from './intent-predictor.ts';
import { weightShapes } from './intent-recommender.ts';
import { decodeSasrecFile, sasrecMetadata, type TrainedSasrec, weightsIn } from './sasrec-file.ts';

/** A backbone, and what stands on it. */
export interface TrainedModel extends TrainedSasrec {
  /** `null`: the backbone alone. */
  readonly predictor: PredictorShape | null;
}

const FUSIONS = ['gated', 'add', 'none'] as const satisfies readonly Fusion[];

/** The backbone's file, and where there is a predictor its weights with how it fuses, M and τ_p among the metadata. */
export function encodeModelFile({ predictor, ...backbone }: TrainedModel): Uint8Array {
  const metadata = sasrecMetadata(backbone.shape);
  if (predictor === null) return encodeSafetensors(backbone.weights, metadata);
  const { fusion, intents, temperature } = predictor;
  return encodeSafetensors(backbone.weights, {
    ...metadata,
    fusion,
    intents: String(intents),
    temperature: String(temperature),
  });
}

/** @throws DamagedTensorsError if the file is not what `encodeModelFile` writes. */
export function decodeModelFile(file: SafetensorsFile): TrainedModel {
  const backbone = decodeSasrecFile(file);
  const predictor = predictorOf(file);
  if (predictor === null) return { ...backbone, predictor };
  const own = weightsIn(file.tensors, weightShapes(backbone.shape.dimension, predictor));
  return { ...backbone, weights: { ...backbone.weights, ...own }, predictor };
}

function predictorOf({ metadata }: SafetensorsFile): PredictorShape | null {
  if (metadata['fusion'] === undefined) return null;
  const fusion = FUSIONS.find((known) => known === metadata['fusion']);
  const [intents, temperature] = [Number(metadata['intents']), Number(metadata['temperature'])];
  if (fusion === undefined || !Number.isSafeInteger(intents) || !(temperature > 0))
    throw new DamagedTensorsError('it does not say what its intent predictor is');
  return { fusion, intents, temperature };
}
