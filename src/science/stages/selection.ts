import type { StageFunction } from './stage.ts';

export type Combination = 'rrf' | 'borda' | 'zsum' | 'session' | 'prediction';

export type SelectionParameters =
  | Readonly<{ strategy: 'longest' }>
  | Readonly<{ strategy: 'random'; seed: number }>
  | Readonly<{
      strategy: 'uncertainty' | 'random-matched';
      combine: Combination;
      /** Constant of reciprocal rank fusion. */
      k: number;
      /** Share of the order that is taken at random. */
      explore: number;
      /** The profile seed. */
      seed: number;
    }>;

/** `train`, and for `uncertainty` and `random-matched` `uncertainty`, to `order.safetensors`: the eligible sessions in order. */
export const run: StageFunction<SelectionParameters> = function* () {
  throw new Error('in work');
};
