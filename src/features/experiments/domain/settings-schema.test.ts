import { describe, expect, it } from 'vitest';
import { manifestSchema } from './manifest-schema.ts';
import { settingsSchema } from './settings-schema.ts';

describe('settingsSchema', () => {
  it('has the defaults of the specification', () => {
    expect(settingsSchema.parse({})).toEqual({
      method: 'sprint',
      popularity: { counts: 'train' },
      itemKnn: { neighbours: 100, shrink: 0 },
      vsKnn: { neighbours: 500, sample: 5000, idf: 5 },
      backbone: { kind: 'sasrec', dimension: 64, layers: 2, heads: 2, dropout: 0.2, itemText: 'none' },
      warmUp: { epochs: 60, batch: 64, learningRate: 0.001, patience: 5 },
      selection: {
        strategy: 'uncertainty',
        ratio: 0.1,
        budget: null,
        sessionEntropy: 'spectral',
        lengthNormalised: false,
        predictionEntropy: 'full',
        topK: 60,
        combine: 'rrf',
        k: 60,
        explore: 0,
        crossFit: 1,
      },
      intents: { initial: 40, cap: 100, minSupport: 3, source: 'pool', mergeAt: 0.9, mapAt: 0.6 },
      profiling: {
        llm: 'simulated',
        attempts: 3,
        candidates: 20,
        successRank: 1,
        maxIntents: 3,
        validate: true,
        requireGain: false,
        revealTarget: false,
        temperature: 0.2,
      },
      probe: { randomIntents: 200, benefit: 0 },
      predictor: { fusion: 'gated', init: 'learned', temperature: 1, dropout: 0.2 },
      labels: { smoothing: 0.05, shuffle: false, intentGradient: 'full' },
      enrichment: {
        strategy: 'neighbour',
        neighbours: 20,
        temperature: 0.1,
        start: 'auto',
        ramp: 'auto',
        blend: 0.8,
        teacher: 0.99,
        confidence: 'median',
      },
      loss: { intent: 0.1, enrichment: 0.05 },
      training: {
        epochs: 60,
        batch: 64,
        learningRate: 0.001,
        backboneLearningRate: 0.0005,
        patience: 8,
        from: 'scratch',
      },
    });
  });

  it('bounds what memory must hold for every session or intent', () => {
    const accepts = (written: object): boolean => settingsSchema.safeParse(written).success;
    expect([1000, 1001].map((neighbours) => accepts({ enrichment: { neighbours } }))).toEqual([true, false]);
    expect([10_000, 10_001].map((cap) => accepts({ intents: { cap } }))).toEqual([true, false]);
  });

  it('gives the arms no defaults, because an arm writes only what differs', () => {
    const { arms } = manifestSchema.parse({
      sprintlab: 1,
      name: 'demo',
      question: 'Which?',
      dataset: 'beauty',
      arms: [{ name: 'a', selection: { ratio: 0.2 } }],
    });
    expect(arms).toEqual([{ name: 'a', selection: { ratio: 0.2 } }]);
  });
});
