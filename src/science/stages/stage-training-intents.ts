import { decodeLabels, type IntentLabels } from '#science/intents/intent-labels.ts';
import { activeIntents, decodePool, type Intent, intentText } from '#science/intents/intent-pool.ts';
import { intentPrior } from '#science/models/intent-predictor.ts';
import { stream } from '#science/random/stream.ts';
import { HashedNgrams } from '#science/text/hashed-ngrams.ts';
import type { IntentTraining } from '#science/training/intent-training.ts';
import { shuffledLabels } from '#science/training/session-labels.ts';
import type { EnrichmentSchedule, TeachingSettings } from '#science/training/teaching.ts';
import { artifactOf } from './stage-artifact.ts';
import type { StageInput } from './stage.ts';
import type { CapacityControlParameters, TaughtParameters, TrainingParameters } from './stage-training-parameters.ts';

type Artifacts = StageInput['artifacts'];

const NO_LABELS: IntentLabels = {
  position: new Int32Array(0),
  offsets: new Int32Array(1),
  intents: new Int32Array(0),
};

/** The intent predictor that a method asks for; `undefined` for the backbone alone, and where the pool has no active intent. */
export async function intentTrainingOf(
  parameters: TrainingParameters,
  artifacts: Artifacts,
  schedule: EnrichmentSchedule,
): Promise<IntentTraining | undefined> {
  switch (parameters.method) {
    case 'backbone':
      return undefined;
    case 'capacity-control':
      return capacityControl(parameters);
    case 'auxiliary-only':
    case 'category-intent':
    case 'sprint': {
      const intents = activeIntents(decodePool(artifactOf(artifacts, 'pool')));
      return intents.length === 0 ? undefined : taughtBy(parameters, { intents, artifacts, schedule });
    }
  }
}

/** As many intents as there may be, of which nothing is known: no prior, no text, no label. */
function capacityControl({ predictor, intents, backboneLearningRate }: CapacityControlParameters): IntentTraining {
  const { fusion, temperature, dropout } = predictor;
  return {
    predictor: { intents, fusion, temperature },
    dropout,
    prior: new Float32Array(intents),
    embedding: { from: 'chance' },
    backboneLearningRate,
    teaching: null,
  };
}

interface TaughtWith {
  readonly intents: readonly Intent[];
  readonly artifacts: Artifacts;
  readonly schedule: EnrichmentSchedule;
}

async function taughtBy(
  parameters: TaughtParameters,
  { intents, artifacts, schedule }: TaughtWith,
): Promise<IntentTraining> {
  const { predictor, method, backboneLearningRate } = parameters;
  const { temperature, dropout, init } = predictor;
  const fusion = method === 'auxiliary-only' ? 'none' : predictor.fusion;
  const text = await new HashedNgrams().embed(intents.map(intentText));
  return {
    predictor: { intents: intents.length, fusion, temperature },
    dropout,
    prior: intentPrior(intents.map(({ support }) => support)),
    embedding: init === 'learned' ? { from: 'chance' } : { from: init, text },
    backboneLearningRate,
    teaching: teachingOf(parameters, artifacts, schedule),
  };
}

function teachingOf(
  { labels, enrichment, loss, seed }: TaughtParameters,
  artifacts: Artifacts,
  schedule: EnrichmentSchedule,
): TeachingSettings {
  const given = artifacts['labels'] === undefined ? NO_LABELS : decodeLabels(artifacts['labels']);
  return {
    labels: labels.shuffle ? shuffledLabels(given, stream(seed, 'train', 'labels/shuffle')) : given,
    smoothing: labels.smoothing,
    gradient: labels.intentGradient,
    loss,
    enrichment: enrichment.strategy === 'none' ? null : enrichment,
    schedule,
  };
}
