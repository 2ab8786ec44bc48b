import { encodeSasrecFile } from '#science/models/sasrec-file.ts';
import { decodeView, partOfView, type SessionView } from '#science/sessions/session-view.ts';
import { trainBackbone } from '#science/training/backbone-training.ts';
import { halfOf } from '#science/uncertainty/halves.ts';
import { artifactOf } from './stage-artifact.ts';
import {
  backboneSettings,
  bestEpochMetric,
  encodeBest,
  itemTextOf,
  reportedEpochs,
  type BackboneParameters,
} from './stage-training.ts';
import type { StageFunction, StageOutput, StageReport } from './stage.ts';

export type WarmUpParameters = BackboneParameters &
  Readonly<{
    /** The profile seed's own, or with `training.from: warm-up` that of the train seed: equal numbers share nothing. */
    seedKind: 'profile' | 'train';
    /** Trains on this half of the sessions only, for cross-fitting; absent: on all. */
    half?: 0 | 1;
  }>;

/** `train` and `valid` to the backbone alone at its best epoch (science C.3). Goes on from `checkpoint` where there is one. */
export const run: StageFunction<WarmUpParameters> = async function* ({
  parameters,
  artifacts,
  loadRuntime,
}): AsyncGenerator<StageReport, StageOutput> {
  const checkpoint = artifacts['checkpoint'];
  const training = trainBackbone({
    runtime: await loadRuntime(),
    train: sessionsOf(parameters, decodeView(artifactOf(artifacts, 'train'))),
    valid: decodeView(artifactOf(artifacts, 'valid')),
    itemText: await itemTextOf({ parameters, artifacts }),
    settings: backboneSettings(parameters, { seedKind: parameters.seedKind, firstEligibleEpoch: 1 }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  });
  const trained = yield* reportedEpochs(training, parameters.epochs);
  return {
    artifacts: { 'model.safetensors': encodeSasrecFile(trained), 'best.json': encodeBest(trained) },
    metrics: [bestEpochMetric(trained)],
  };
};

function sessionsOf({ half, seed }: WarmUpParameters, train: SessionView): SessionView {
  if (half === undefined) return train;
  const halves = halfOf(train, seed);
  return partOfView(
    train,
    Int32Array.from(halves.keys()).filter((position) => halves[position] === half),
  );
}
