import { z } from 'zod';
import { dropoutRate, KEY_NOTES, learningRate, patience, setting, share, whole } from './setting.ts';

/** The settings of intent predictor, labels, enrichment, losses and the training loop. */
export const trainingSettings = {
  predictor: z
    .strictObject({
      fusion: setting(z.enum(['gated', 'add']), 'gated', {
        meaning: 'How the intent vector enters the session embedding.',
        stages: ['training'],
        science: 'C.7',
      }),
      init: setting(z.enum(['learned', 'text', 'frozen-text']), 'learned', {
        meaning: 'Where the intent embeddings start: at random, or from the text of the intents.',
        stages: ['training'],
        science: 'C.7',
      }),
      temperature: setting(z.number().gt(0), 1, {
        meaning: 'Temperature of the distribution over intents (τ_p).',
        stages: ['training'],
        science: 'C.7',
      }),
      dropout: setting(dropoutRate(), 0.2, {
        meaning: 'Dropout rate on session embedding and intent vector.',
        stages: ['training'],
        science: 'C.7',
      }),
    })
    .register(KEY_NOTES, { meaning: 'The intent predictor and its fusion.' })
    .prefault({}),

  labels: z
    .strictObject({
      smoothing: setting(share(), 0.05, {
        meaning: 'Share of a label that is spread over all intents (ε).',
        stages: ['training'],
        science: 'C.8',
      }),
      shuffle: setting(z.boolean(), false, {
        meaning: 'A control: labels are dealt to other sessions.',
        stages: ['training'],
        science: 'C.8',
      }),
      intentGradient: setting(z.enum(['full', 'head-only']), 'full', {
        meaning: 'Whether the intent losses also move the backbone.',
        stages: ['training'],
        science: 'C.8',
      }),
    })
    .register(KEY_NOTES, { meaning: 'How the intents of profiled sessions become targets.' })
    .prefault({}),

  enrichment: z
    .strictObject({
      strategy: setting(z.enum(['none', 'self', 'neighbour', 'labelled-only']), 'neighbour', {
        meaning: 'Where the soft labels of sessions without a profile come from.',
        stages: ['training'],
        science: 'C.8',
      }),
      neighbours: setting(whole(1, 1000), 20, {
        meaning: 'Nearest sessions that lend their intents (K).',
        stages: ['training'],
        science: 'C.8',
      }),
      temperature: setting(z.number().gt(0), 0.1, {
        meaning: 'Temperature of the weights of the neighbours (τ_n).',
        stages: ['training'],
        science: 'C.8',
      }),
      start: setting(z.union([z.literal('auto'), whole(1)]), 'auto', {
        meaning: 'First epoch with enrichment (E_s); `auto`: a tenth of the epochs of the warm-up.',
        stages: ['training'],
        science: 'C.9',
      }),
      ramp: setting(z.union([z.literal('auto'), whole(1)]), 'auto', {
        meaning: 'Epochs over which it grows to its full weight (E_r); `auto`: a fifth of those of the warm-up.',
        stages: ['training'],
        science: 'C.9',
      }),
      blend: setting(share(), 0.8, {
        meaning: 'Share of the own label against that of the neighbours (α).',
        stages: ['training'],
        science: 'C.8',
      }),
      teacher: setting(share(), 0.99, {
        meaning: 'What the averaged teacher keeps of itself at a step.',
        stages: ['training'],
        science: 'C.8',
      }),
      confidence: setting(z.union([z.literal('median'), share()]), 'median', {
        meaning: 'Smallest confidence of a soft label that is used (κ).',
        stages: ['training'],
        science: 'C.8',
      }),
    })
    .register(KEY_NOTES, { meaning: 'Soft labels for the sessions that were not profiled.' })
    .prefault({}),

  loss: z
    .strictObject({
      intent: setting(z.number().min(0), 0.1, {
        meaning: 'Weight of the intent loss (λ_int).',
        stages: ['training'],
        science: 'C.8',
      }),
      enrichment: setting(z.number().min(0), 0.05, {
        meaning: 'Weight of the enrichment loss (λ_enr).',
        stages: ['training'],
        science: 'C.8',
      }),
    })
    .register(KEY_NOTES, { meaning: 'Weights of the losses beside that of the recommendation.' })
    .prefault({}),

  training: z
    .strictObject({
      epochs: setting(whole(1), 60, { meaning: 'The most epochs.', stages: ['training'], science: 'C.9' }),
      batch: setting(whole(1), 64, { meaning: 'Batch, in sequences.', stages: ['training'], science: 'C.9' }),
      learningRate: setting(learningRate(), 0.001, {
        meaning: 'Learning rate of Adam.',
        stages: ['training'],
        science: 'C.9',
      }),
      backboneLearningRate: setting(learningRate(), 0.0005, {
        meaning: 'Learning rate of the backbone when training starts from the warm-up.',
        stages: ['training'],
        science: 'C.9',
      }),
      patience: setting(patience(), 8, {
        meaning: 'Epochs without a better validation NDCG@20 after which training stops; `off` keeps the last.',
        values: '`off` or a whole number of at least 1',
        stages: ['training'],
        science: 'C.9',
      }),
      from: setting(z.enum(['scratch', 'warm-up']), 'scratch', {
        meaning: 'Where the backbone starts; `warm-up` is that of the train seed.',
        stages: ['training'],
        science: 'C.9',
      }),
    })
    .register(KEY_NOTES, { meaning: 'The training loop.' })
    .prefault({}),
};
