import type { StageFunction } from './stage.ts';

export type UncertaintyParameters = Readonly<{
  /** Items that the model sees, the latest. */
  maxLength: number;
  sessionEntropy: 'spectral' | 'category' | 'cluster';
  lengthNormalised: boolean;
  /** k of the `top-k` prediction entropy; `null`: the entropy over all items. */
  topK: number | null;
  /**
   * `train`: the contexts of the eligible training sessions. `test`: the inputs of the test sessions, for results by decile
   * only; nothing that trains reads them.
   */
  of: 'train' | 'test';
  /** 2: `model0` and `model1` were fitted on the halves of that number, and each scores the other. */
  crossFit: 1 | 2;
  /** The profile seed: clusters, halves. */
  seed: number;
}>;

/**
 * `sessions` (the view of training or test) and `model` (the warm-up's; with cross-fitting `model0` and `model1`) to
 * `uncertainty.safetensors`; with `category` also of `items` and `catalogue`.
 */
export const run: StageFunction<UncertaintyParameters> = function* () {
  throw new Error('in work');
};
