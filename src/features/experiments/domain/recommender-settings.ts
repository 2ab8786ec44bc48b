import { z } from 'zod';
import { dropoutRate, KEY_NOTES, learningRate, patience, setting, whole } from './setting.ts';

/** The settings of the baselines and of the backbone with its warm-up. */
export const recommenderSettings = {
  popularity: z
    .strictObject({
      counts: setting(z.enum(['train', 'all']), 'train', {
        meaning: 'The interactions that are counted; `all` leaks the targets and is only for the published row.',
        stages: ['baseline'],
        science: 'A.2',
      }),
    })
    .register(KEY_NOTES, { meaning: 'The popularity baseline.' })
    .prefault({}),

  itemKnn: z
    .strictObject({
      neighbours: setting(whole(1), 100, {
        meaning: 'Similar items that are kept for each item.',
        stages: ['baseline'],
        science: 'C.11',
      }),
      shrink: setting(z.number().min(0), 0, {
        meaning: 'Added to the denominator of the cosine, against similarities that rest on few sessions.',
        stages: ['baseline'],
        science: 'C.11',
      }),
    })
    .register(KEY_NOTES, { meaning: 'The item-to-item nearest-neighbour baseline.' })
    .prefault({}),

  vsKnn: z
    .strictObject({
      neighbours: setting(whole(1), 500, {
        meaning: 'Similar sessions that vote.',
        stages: ['baseline'],
        science: 'A.1',
      }),
      sample: setting(whole(1), 5000, {
        meaning: 'The most recent sessions sharing an item, among which the similar ones are sought.',
        stages: ['baseline'],
        science: 'A.1',
      }),
      idf: setting(z.number().min(0), 5, {
        meaning: 'Weight of the inverse document frequency of an item; 0 switches it off.',
        stages: ['baseline'],
        science: 'A.1',
      }),
    })
    .register(KEY_NOTES, { meaning: 'The session nearest-neighbour baseline.' })
    .prefault({}),

  backbone: z
    .strictObject({
      kind: setting(z.enum(['sasrec', 'gru4rec', 'bert4rec']), 'sasrec', {
        meaning: 'The sequence model.',
        stages: ['warm-up', 'training'],
        science: 'C.2',
      }),
      dimension: setting(whole(1, 4096), 64, {
        meaning: 'Width of item and session embeddings (d); a multiple of the heads.',
        stages: ['warm-up', 'training'],
        science: 'A.1',
      }),
      layers: setting(whole(1, 64), 2, {
        meaning: 'Layers of the sequence model.',
        stages: ['warm-up', 'training'],
        science: 'A.1',
      }),
      heads: setting(whole(1, 64), 2, {
        meaning: 'Attention heads of a layer; they divide the dimension.',
        stages: ['warm-up', 'training'],
        science: 'A.1',
      }),
      dropout: setting(dropoutRate(), 0.2, {
        meaning: 'Dropout rate of the sequence model.',
        stages: ['warm-up', 'training'],
        science: 'A.1',
      }),
      itemText: setting(z.enum(['none', 'hashed']), 'none', {
        meaning: 'Text in the item embeddings; `hashed` is the control that tells intents from text.',
        stages: ['warm-up', 'training'],
        science: 'C.2',
      }),
    })
    .register(KEY_NOTES, { meaning: 'The sequence model that everything stands on.' })
    .prefault({}),

  warmUp: z
    .strictObject({
      epochs: setting(whole(1), 60, {
        meaning: 'The most epochs of the warm-up.',
        stages: ['warm-up'],
        science: 'C.3',
      }),
      batch: setting(whole(1), 64, { meaning: 'Batch, in sequences.', stages: ['warm-up'], science: 'C.3' }),
      learningRate: setting(learningRate(), 0.001, {
        meaning: 'Learning rate of Adam.',
        stages: ['warm-up'],
        science: 'C.3',
      }),
      patience: setting(patience(), 5, {
        meaning: 'Epochs without a better validation NDCG@20 after which the warm-up stops; `off` keeps the last.',
        values: '`off` or a whole number of at least 1',
        stages: ['warm-up'],
        science: 'C.3',
      }),
    })
    .register(KEY_NOTES, { meaning: 'The backbone alone, before profiling.' })
    .prefault({}),
};
