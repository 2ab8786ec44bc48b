import { usdOf, type MeanTokens } from '#features/calls/domain/call-cost.ts';
import type { StageKey } from '#features/stages/domain/stage.ts';
import { callsByModel, type Asking } from './planned-calls.ts';

/** Whether a number rests on what was measured here, all of it, or on a guess. */
export type Basis = 'measured' | 'guessed';

/**
 * What the LLM calls of a plan cost at most, beside answers that cannot be read and are asked for once more: which attempts succeed at
 * once is not known before.
 */
export interface LlmBill {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly usd: number;
  /** Of the tokens of a call: the mean of the calls that are kept here of the same model, or a guess. */
  readonly basis: Basis;
}

/** Of a call, where none was kept yet: a prompt with a pool of 60 intents or 20 candidates, and its answer. A guess. */
const GUESSED_TOKENS: MeanTokens = { promptTokens: 700, completionTokens: 60 };

/** @param tokens of a call on average, by model, where calls of it are kept. */
export function llmBill(
  askings: readonly Asking[],
  done: ReadonlySet<StageKey>,
  tokens: ReadonlyMap<string, MeanTokens>,
): LlmBill {
  const models = [...callsByModel(askings, done)].map(([model, calls]) => {
    const each = tokens.get(model) ?? GUESSED_TOKENS;
    const length = { promptTokens: calls * each.promptTokens, completionTokens: calls * each.completionTokens };
    return { calls, ...length, usd: usdOf(model, length), isMeasured: tokens.has(model) };
  });
  const total = (of: (model: (typeof models)[number]) => number): number =>
    models.reduce((sum, one) => sum + of(one), 0);
  return {
    calls: total(({ calls }) => calls),
    promptTokens: Math.round(total(({ promptTokens }) => promptTokens)),
    completionTokens: Math.round(total(({ completionTokens }) => completionTokens)),
    usd: total(({ usd }) => usd),
    basis: models.every(({ isMeasured }) => isMeasured) ? 'measured' : 'guessed',
  };
}
