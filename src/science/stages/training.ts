import { exportSasrec } from '#science/models/sasrec-export.ts';
import { decodeSasrecFile, encodeSasrecFile } from '#science/models/sasrec-file.ts';
import { decodeView } from '#science/sessions/session-view.ts';
import { decodeSafetensors } from '#science/tensors/safetensors.ts';
import { trainBackbone } from '#science/training/backbone-training.ts';
import { artifactOf } from './stage-artifact.ts';
import {
  backboneSettings,
  bestEpochMetric,
  decodeBest,
  encodeBest,
  itemTextOf,
  reportedEpochs,
  type BackboneParameters,
} from './stage-training.ts';
import type { StageFunction, StageOutput, StageReport } from './stage.ts';

export type TrainingParameters = BackboneParameters &
  Readonly<{
    method: 'backbone';
    /** First epoch with enrichment (E_s) and epochs until it has its full weight (E_r); `auto` follows from the warm-up. */
    start: number | 'auto';
    ramp: number | 'auto';
  }>;

/**
 * `train`, `valid` and `warmUpBest` (the best epoch W of the warm-up) to a trained model; with `initial` from those weights. The
 * schedule, and which epochs may be best, are the same for every trained method of a comparison: what enrichment needs to
 * act, the backbone waits for too (science C.9).
 */
export const run: StageFunction<TrainingParameters> = async function* ({
  parameters,
  artifacts,
  loadRuntime,
}): AsyncGenerator<StageReport, StageOutput> {
  const { checkpoint, initial } = artifacts;
  const { epoch: warmUpEpochs } = decodeBest(artifactOf(artifacts, 'warmUpBest'));
  const training = trainBackbone({
    runtime: await loadRuntime(),
    train: decodeView(artifactOf(artifacts, 'train')),
    valid: decodeView(artifactOf(artifacts, 'valid')),
    itemText: await itemTextOf({ parameters, artifacts }),
    settings: backboneSettings(parameters, {
      seedKind: 'train',
      firstEligibleEpoch: firstEligibleEpoch(parameters, warmUpEpochs),
    }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(initial === undefined ? {} : { initial: decodeSasrecFile(decodeSafetensors(initial)).weights }),
  });
  const trained = yield* reportedEpochs(training, parameters.epochs);
  return {
    artifacts: {
      'model.safetensors': encodeSasrecFile(trained),
      'model.onnx': exportSasrec(trained.shape, trained.weights),
      'best.json': encodeBest(trained),
    },
    metrics: [bestEpochMetric(trained)],
  };
};

/** E_s + E_r, with E_s = max(1, ⌈.1 W⌉) and E_r = max(1, ⌈.2 W⌉) unless they are set. */
export function firstEligibleEpoch(
  { start, ramp }: Pick<TrainingParameters, 'start' | 'ramp'>,
  warmUp: number,
): number {
  const first = start === 'auto' ? Math.max(1, Math.ceil(warmUp / 10)) : start;
  return first + (ramp === 'auto' ? Math.max(1, Math.ceil(warmUp / 5)) : ramp);
}
