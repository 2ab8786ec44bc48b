import type { LanguageModelParameters } from './stage-profiling.ts';
import type { StageFunction } from './stage.ts';

export type PoolParameters =
  /** Named by an LLM; `initial` 0 asks nobody. */
  | Readonly<{
      source: 'llm';
      /** The smaller of `intents.initial` and `intents.cap`. */
      initial: number;
      mergeAt: number;
      llm: LanguageModelParameters;
      maxLength: number;
      /** The profile seed. */
      seed: number;
    }>
  /** The most frequent non-root categories, and the labels of all sessions that follow from them (science C.11). */
  | Readonly<{ source: 'categories'; initial: number }>;

/**
 * `train`, `items`, `catalogue`, and of an LLM also `model` (the warm-up's) and where the data set has them `synonyms`, to
 * `pool.json`, and to `negatives.safetensors` (an LLM's) or `labels.safetensors` (of categories).
 */
export const run: StageFunction<PoolParameters> = function* () {
  throw new Error('in work');
};
