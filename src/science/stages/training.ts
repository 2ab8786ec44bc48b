import { exportSasrec } from '#science/models/sasrec-export.ts';
import { decodeSasrecFile } from '#science/models/sasrec-file.ts';
import { encodeModelFile } from '#science/models/trained-model.ts';
import { decodeView } from '#science/sessions/session-view.ts';
import { decodeSafetensors } from '#science/tensors/safetensors.ts';
import { trainBackbone } from '#science/training/backbone-training.ts';
import type { EnrichmentSchedule } from '#science/training/teaching.ts';
import { artifactOf } from './stage-artifact.ts';
import {
  backboneSettings,
  bestEpochMetric,
  decodeBest,
  encodeBest,
  itemTextOf,
  reportedEpochs,
} from './stage-training.ts';
import type { StageFunction, StageOutput, StageReport } from './stage.ts';
import { intentTrainingOf } from './stage-training-intents.ts';
import type { TrainingParameters } from './stage-training-parameters.ts';
import { enrichmentMetrics, warningsAfter, warningsBefore } from './stage-training-warnings.ts';

/**
 * `train`, `valid` and `warmUpBest` (the best epoch W of the warm-up), of methods with intents also `pool` and `labels` (absent where
 * nobody was profiled), to a trained model; with `initial` from the weights of that backbone. The schedule, and which epochs may be
 * best, are the same for every trained method of a comparison: what enrichment needs to act, the backbone waits for too (science
 * C.9). A pool without an active intent leaves the backbone alone, with a warning.
 */
export const run: StageFunction<TrainingParameters> = async function* ({
  parameters,
  artifacts,
  loadRuntime,
}): AsyncGenerator<StageReport, StageOutput> {
  const { checkpoint, initial } = artifacts;
  const schedule = scheduleOf(parameters, decodeBest(artifactOf(artifacts, 'warmUpBest')).epoch);
  const intents = await intentTrainingOf(parameters, artifacts, schedule);
  for (const message of warningsBefore(parameters, intents)) yield { kind: 'warning', message };
  const training = trainBackbone({
    runtime: await loadRuntime(),
    train: decodeView(artifactOf(artifacts, 'train')),
    valid: decodeView(artifactOf(artifacts, 'valid')),
    itemText: await itemTextOf({ parameters, artifacts }),
    settings: backboneSettings(intents === undefined ? withoutPredictor(parameters) : parameters, {
      seedKind: 'train',
      firstEligibleEpoch: schedule.start + schedule.ramp,
    }),
    intents,
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(initial === undefined ? {} : { initial: decodeSasrecFile(decodeSafetensors(initial)).weights }),
  });
  const trained = yield* reportedEpochs(training, parameters.epochs);
  for (const message of warningsAfter(parameters, intents, trained)) yield { kind: 'warning', message };
  return {
    artifacts: {
      'model.safetensors': encodeModelFile(trained),
      'model.onnx': exportSasrec(trained.shape, trained.weights, trained.predictor),
      'best.json': encodeBest(trained),
    },
    metrics: [bestEpochMetric(trained), ...enrichmentMetrics(parameters, trained)],
  };
};

/** E_s = max(1, ⌈.1 W⌉) and E_r = max(1, ⌈.2 W⌉) unless they are set; epochs from E_s + E_r on may be kept. */
export function scheduleOf(
  { start, ramp }: Pick<TrainingParameters, 'start' | 'ramp'>,
  warmUp: number,
): EnrichmentSchedule {
  return {
    start: start === 'auto' ? Math.max(1, Math.ceil(warmUp / 10)) : start,
    ramp: ramp === 'auto' ? Math.max(1, Math.ceil(warmUp / 5)) : ramp,
  };
}

/** Where no predictor is trained, the rate is that of the backbone. */
function withoutPredictor(parameters: TrainingParameters): TrainingParameters {
  if (parameters.method === 'backbone') return parameters;
  return { ...parameters, learningRate: parameters.backboneLearningRate ?? parameters.learningRate };
}
