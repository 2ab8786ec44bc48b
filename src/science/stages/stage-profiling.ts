import type { SimulatedModelParameters } from '#science/llm/simulated-model.ts';

/** Which language model a stage asks, and how. A provider's name is not here: two names of one model are one model. */
export type LanguageModelParameters = SimulatedModelParameters &
  Readonly<{
    temperature: number;
    /** Of an answer. */
    maxTokens: number;
  }>;

/** What every pass of the predict-and-correct loop reads (science C.6). */
export type LoopParameters = Readonly<{
  llm: LanguageModelParameters;
  attempts: number;
  candidates: number;
  successRank: number;
  maxIntents: number;
  validate: boolean;
  requireGain: boolean;
  revealTarget: boolean;
  /** `free-text`: no pool is shown, names are clustered after. */
  source: 'pool' | 'free-text';
  /** The most intents of the pool. */
  cap: number;
  mergeAt: number;
  mapAt: number;
  /** The profile seed. */
  seed: number;
}>;
