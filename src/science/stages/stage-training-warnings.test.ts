import { describe, expect, it } from 'vitest';
import type { TrainedBackbone } from '#science/training/backbone-training.ts';
import type { IntentTraining } from '#science/training/intent-training.ts';
import type { TrainingParameters } from './stage-training-parameters.ts';
import { warningsAfter } from './stage-training-warnings.ts';

const PARAMETERS: TrainingParameters = {
  method: 'sprint',
  backbone: { kind: 'sasrec', dimension: 8, layers: 1, heads: 2, dropout: 0, itemText: 'none' },
  ...{ maxLength: 5, learningRate: 0.01, batch: 8, epochs: 3, patience: 'off', seed: 1, start: 1, ramp: 0 },
  predictor: { fusion: 'gated', init: 'learned', temperature: 1, dropout: 0 },
  backboneLearningRate: null,
  labels: { smoothing: 0, shuffle: false, intentGradient: 'full' },
  enrichment: { strategy: 'none' },
  loss: { intent: 1, enrichment: 0 },
};

/** Warnings after a training of so many intents, of which session 0 has the first. */
function warnings(intents: number, notes: Readonly<Record<string, number>>): readonly string[] {
  const training: IntentTraining = {
    predictor: { intents, fusion: 'gated', temperature: 1 },
    dropout: 0,
    prior: new Float32Array(intents),
    embedding: { from: 'chance' },
    backboneLearningRate: null,
    teaching: {
      labels: { position: Int32Array.of(0), offsets: Int32Array.of(0, 1), intents: Int32Array.of(0) },
      ...{ smoothing: 0, gradient: 'full', loss: { intent: 1, enrichment: 0 }, enrichment: null },
      schedule: { start: 1, ramp: 0 },
    },
  };
  const best = { epoch: 2, validNdcg20: 0.1 };
  const trained = { best, epochs: 3, notes, weights: {} } as unknown as TrainedBackbone;
  return warningsAfter(PARAMETERS, training, trained);
}

describe('the warnings after a training', () => {
  const collapsed = { intentEntropy: 0, intentUncertainty: 0, topIntentShare: 1 };
  const uniform = { intentEntropy: 1, intentUncertainty: 1, topIntentShare: 0.4 };

  it('name intents that collapsed, and a predictor that stayed uniform', () => {
    expect(warnings(2, collapsed)).toEqual([expect.stringContaining('The intents collapsed: in the kept epoch 2')]);
    expect(warnings(2, uniform)).toEqual([expect.stringContaining('The intent predictor stayed uniform')]);
  });

  it('name neither of a single intent, which is that of every session', () => {
    expect(warnings(1, collapsed)).toEqual([]);
    expect(warnings(1, uniform)).toEqual([]);
  });
});
