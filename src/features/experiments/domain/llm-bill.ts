import type { PlannedStage, StageKey } from '#features/stages/domain/stage.ts';
import { canonicalJson, type JsonObject } from '#kernel/json.ts';
import { writtenInputs } from './planned-stages.ts';

/**
 * What the LLM calls of a plan cost at most, beside answers that cannot be read and are asked for once more: which attempts succeed at
 * once is not known before.
 */
export interface LlmBill {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly usd: number;
}

/** Of a call, where none was kept yet: a prompt with a pool of 60 intents or 20 candidates, and its answer. A guess. */
const GUESSED_TOKENS = { prompt: 700, completion: 60 } as const;
/** Ten calls that propose intents and one that consolidates them (science C.5). */
const CALLS_OF_A_POOL = 11;
/** A session of the benefit check: intents, the prediction with them and the one without (science C.6). */
const CALLS_OF_A_BENEFIT = 3;

/**
 * At most so many calls are paid for the stages that are not done. A batch that ends early shares its calls with the whole one:
 * of batches that differ only in their end the longest is paid, less what is done of it.
 */
export function llmBill(stages: readonly PlannedStage[], done: ReadonlySet<StageKey>): LlmBill {
  const open = stages.filter(({ key }) => !done.has(key));
  const calls = open.reduce((sum, stage) => sum + callsBesideBatches(stage), 0) + callsOfBatches(stages, done);
  return {
    calls,
    promptTokens: calls * GUESSED_TOKENS.prompt,
    completionTokens: calls * GUESSED_TOKENS.completion,
    // The simulated model is free; a priced one brings its price with its provider.
    usd: 0,
  };
}

function callsBesideBatches({ kind, parameters }: PlannedStage): number {
  if (kind === 'pool')
    return parameters['source'] === 'llm' && numberAt(parameters, 'initial') > 0 ? CALLS_OF_A_POOL : 0;
  if (kind !== 'probe') return 0;
  return numberAt(parameters, 'randomIntents') + CALLS_OF_A_BENEFIT * numberAt(parameters, 'benefit');
}

/** Batches that differ in nothing but their end: the longest is paid, and what is done of it is not. */
interface BatchFamily {
  /** The chain that it is a link of. */
  readonly chain: string;
  /** The most calls of the chain's budget; infinite for one that is counted otherwise. */
  readonly budget: number;
  /** The most calls of a session. */
  readonly each: number;
  readonly end: number;
  readonly paid: number;
}

function callsOfBatches(stages: readonly PlannedStage[], done: ReadonlySet<StageKey>): number {
  const families = new Map<string, BatchFamily>();
  for (const stage of stages) {
    if (stage.kind !== 'profiling-batch') continue;
    const family = canonicalJson({ ...stage.parameters, to: null, inputs: writtenInputs(stage.inputs) });
    const known = families.get(family) ?? familyOf(stage);
    const to = numberAt(stage.parameters, 'to');
    const paid = done.has(stage.key) ? Math.max(known.paid, to) : known.paid;
    families.set(family, { ...known, end: Math.max(known.end, to), paid });
  }
  const all = [...families.values()];
  const chains = new Set(all.map(({ chain }) => chain));
  return [...chains].reduce((sum, chain) => sum + callsOfChain(all.filter((family) => family.chain === chain)), 0);
}

function familyOf({ parameters, inputs }: PlannedStage): BatchFamily {
  const { order, negatives } = writtenInputs(inputs);
  const { budget } = parameters;
  const calls = budget instanceof Object && 'calls' in budget ? Number(budget['calls']) : Infinity;
  const from = numberAt(parameters, 'from');
  return {
    chain: canonicalJson({ ...parameters, from: null, to: null, order: order ?? null, negatives: negatives ?? null }),
    budget: calls,
    each: callsOfASession(parameters),
    end: from,
    paid: from,
  };
}

/** The session that crosses a budget is the last, and is finished. */
function callsOfChain(links: readonly BatchFamily[]): number {
  const [first] = links;
  if (first === undefined) return 0;
  const planned = links.reduce((sum, { end, paid, each }) => sum + (end - paid) * each, 0);
  return Math.min(planned, first.budget - 1 + first.each);
}

/** Of each attempt the intents, the prediction, and where a gain is required the one without; without validation intents alone. */
function callsOfASession(parameters: JsonObject): number {
  const ofAnAttempt = parameters['validate'] === false ? 1 : parameters['requireGain'] === true ? 3 : 2;
  return ofAnAttempt * numberAt(parameters, 'attempts');
}

function numberAt(parameters: JsonObject, name: string): number {
  return Number(parameters[name]);
}
