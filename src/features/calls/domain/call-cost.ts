import { DomainError } from '#kernel/domain-error.ts';
import type { LanguageModelAnswer } from '#science/llm/language-model.port.ts';

/** What a provider asks for, in US dollars a million tokens. */
interface Price {
  readonly prompt: number;
  readonly completion: number;
}

/** The model in whose place rules answer: numbers that come from it are labelled so wherever they are shown. */
export const SIMULATED = 'simulated';

/** By model. A simulated answer costs nothing but time. */
const PRICES: ReadonlyMap<string, Price> = new Map([[SIMULATED, { prompt: 0, completion: 0 }]]);

/** A model without a price is refused before it is asked: nobody could say what it cost. */
export class UnknownPriceError extends DomainError<'UNKNOWN_PRICE'> {
  constructor(model: string) {
    super('UNKNOWN_PRICE', `There is no price for the model ${model}; use ${[...PRICES.keys()].join(' or ')}.`);
  }
}

/** @throws UnknownPriceError */
export function priceOf(model: string): Price {
  const price = PRICES.get(model);
  if (price === undefined) throw new UnknownPriceError(model);
  return price;
}

/** In US dollars. @throws UnknownPriceError */
export function usdOf(model: string, answer: Pick<LanguageModelAnswer, 'promptTokens' | 'completionTokens'>): number {
  const { prompt, completion } = priceOf(model);
  return (answer.promptTokens * prompt + answer.completionTokens * completion) / 1e6;
}

/** Of a call, on average. */
export interface MeanTokens {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** What the LLM calls of a stage, or of several, come to. */
export interface CallCost {
  /** Uses of an answer, whoever paid for it. */
  readonly calls: number;
  /** Those of them that were asked, not found. */
  readonly paidCalls: number;
  /** Those of them that no language model answered, but rules. */
  readonly simulatedCalls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly usd: number;
}

export const NO_COST: CallCost = {
  calls: 0,
  paidCalls: 0,
  simulatedCalls: 0,
  promptTokens: 0,
  completionTokens: 0,
  usd: 0,
};

/** A trial's cost as if it were alone, and what is left of it when each stage is divided among the trials that have it. */
export interface TrialCost {
  readonly own: CallCost;
  readonly share: CallCost;
}

/** @param costs and @param users (how many trials have a stage), by the keys of the stages of one trial. */
export function costOfTrial(costs: ReadonlyMap<string, CallCost>, users: ReadonlyMap<string, number>): TrialCost {
  const each = [...costs];
  return {
    own: sumCosts(each.map(([, cost]) => cost)),
    share: sumCosts(each.map(([stage, cost]) => dividedBy(Math.max(1, users.get(stage) ?? 1), cost))),
  };
}

export function sumCosts(costs: readonly CallCost[]): CallCost {
  return costs.reduce((sum, cost) => combine(cost, (value, field) => sum[field] + value), NO_COST);
}

function dividedBy(parts: number, cost: CallCost): CallCost {
  return combine(cost, (value) => value / parts);
}

function combine(cost: CallCost, change: (value: number, field: keyof CallCost) => number): CallCost {
  return {
    calls: change(cost.calls, 'calls'),
    paidCalls: change(cost.paidCalls, 'paidCalls'),
    simulatedCalls: change(cost.simulatedCalls, 'simulatedCalls'),
    promptTokens: change(cost.promptTokens, 'promptTokens'),
    completionTokens: change(cost.completionTokens, 'completionTokens'),
    usd: change(cost.usd, 'usd'),
  };
}
