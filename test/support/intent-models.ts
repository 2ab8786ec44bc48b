import { initialPredictor, INTENT_PRIOR, type PredictorShape } from '#science/models/intent-predictor.ts';
import { initialSasrec, type SasrecShape } from '#science/models/sasrec.ts';
import type { Weights } from '#science/models/weights.ts';
import { fillNormal } from '#science/random/normal.ts';
import { stream } from '#science/random/stream.ts';

/** Weights of a backbone with a predictor as before training, where W_O is 0. */
export function untrainedWeights(shape: SasrecShape, predictor: PredictorShape, seed = 1): Weights {
  const chance = stream(seed, 'train', 'init');
  const prior = Float32Array.from({ length: predictor.intents }, (_, intent) => -0.1 * intent);
  return {
    ...initialSasrec(shape, chance),
    ...initialPredictor(shape.dimension, predictor, chance),
    [INTENT_PRIOR]: { dtype: 'F32', shape: [predictor.intents], data: prior },
  };
}

/** The same with weights that are all far from where they begin. */
export function movedWeights(shape: SasrecShape, predictor: PredictorShape, seed = 1): Weights {
  const weights = Object.entries(untrainedWeights(shape, predictor, seed)).map(([name, tensor]) => {
    const data = tensor.data.slice();
    if (!name.endsWith('.gamma')) fillNormal(data, 0.5, stream(seed, 'data', `test/${name}`));
    return [name, { ...tensor, data }] as const;
  });
  return Object.fromEntries(weights);
}
