import type { PlannedStage, StageKey } from '#features/stages/domain/stage.ts';
import { canonicalJson, type JsonObject } from '#kernel/json.ts';
import { writtenInputs } from './planned-stages.ts';

/** What a stage asks of a language model at most, told once for each stage, since a bill is made many times. */
export interface Asking {
  readonly key: StageKey;
  /** Name of the model, as its calls keep it; empty for a stage that asks none. */
  readonly model: string;
  /** Calls that no other stage shares. */
  readonly calls: number;
  /** For a batch of profiled sessions, whose calls another may share. */
  readonly batch: Batch | null;
}

/** A link of a chain of batches. */
export interface Batch {
  readonly chain: string;
  /** Batches that differ in nothing but their end are one family. */
  readonly family: string;
  readonly from: number;
  readonly to: number;
  /** The most calls of a session. */
  readonly each: number;
  /** The most calls of the chain's budget; infinite for one that is counted otherwise. */
  readonly budget: number;
}

/** Ten calls that propose intents and one that consolidates them (science C.5). */
const CALLS_OF_A_POOL = 11;
/** A session of the benefit check: intents, the prediction with them and the one without (science C.6). */
const CALLS_OF_A_BENEFIT = 3;

export function askingOf(stage: PlannedStage): Asking {
  const { llm } = stage.parameters;
  const kind = llm instanceof Object && 'kind' in llm ? llm['kind'] : null;
  const model = typeof kind === 'string' ? kind : '';
  const batch = stage.kind === 'profiling-batch' ? batchOf(stage) : null;
  return { key: stage.key, model, calls: callsBesideBatches(stage), batch };
}

/**
 * At most so many calls are paid for what is not done, by model. A batch that ends early shares its calls with the whole one:
 * of batches that differ only in their end the longest is paid, less what is done of it.
 */
export function callsByModel(askings: readonly Asking[], done: ReadonlySet<StageKey>): ReadonlyMap<string, number> {
  const calls = new Map<string, number>();
  const add = (model: string, count: number): void => {
    if (count > 0) calls.set(model, (calls.get(model) ?? 0) + count);
  };
  for (const asking of askings) if (!done.has(asking.key)) add(asking.model, asking.calls);
  for (const { model, families } of chainsOf(askings, done).values()) add(model, callsOfChain([...families.values()]));
  return calls;
}

interface Family extends Batch {
  /** Where it ends that is done of it; its start where nothing is. */
  readonly paid: number;
}

interface Chain {
  readonly model: string;
  readonly families: Map<string, Family>;
}

function chainsOf(askings: readonly Asking[], done: ReadonlySet<StageKey>): ReadonlyMap<string, Chain> {
  const chains = new Map<string, Chain>();
  for (const { key, model, batch } of askings) {
    if (batch === null) continue;
    const chain = chains.get(batch.chain) ?? { model, families: new Map<string, Family>() };
    const known = chain.families.get(batch.family) ?? { ...batch, paid: batch.from };
    const paid = done.has(key) ? Math.max(known.paid, batch.to) : known.paid;
    chain.families.set(batch.family, { ...known, to: Math.max(known.to, batch.to), paid });
    chains.set(batch.chain, chain);
  }
  return chains;
}

/** The session that crosses a budget is the last, and is finished. */
function callsOfChain(families: readonly Family[]): number {
  const [first] = families;
  if (first === undefined) return 0;
  const planned = families.reduce((sum, { to, paid, each }) => sum + (to - paid) * each, 0);
  return Math.min(planned, first.budget - 1 + first.each);
}

function callsBesideBatches({ kind, parameters }: PlannedStage): number {
  if (kind === 'pool')
    return parameters['source'] === 'llm' && numberAt(parameters, 'initial') > 0 ? CALLS_OF_A_POOL : 0;
  if (kind !== 'probe') return 0;
  return numberAt(parameters, 'randomIntents') + CALLS_OF_A_BENEFIT * numberAt(parameters, 'benefit');
}

function batchOf({ parameters, inputs }: PlannedStage): Batch {
  const written = writtenInputs(inputs);
  const { order, negatives } = written;
  const { budget } = parameters;
  return {
    chain: canonicalJson({ ...parameters, from: null, to: null, order: order ?? null, negatives: negatives ?? null }),
    family: canonicalJson({ ...parameters, to: null, inputs: written }),
    from: numberAt(parameters, 'from'),
    to: numberAt(parameters, 'to'),
    each: callsOfASession(parameters),
    budget: budget instanceof Object && 'calls' in budget ? Number(budget['calls']) : Infinity,
  };
}

/** Of each attempt the intents, the prediction, and where a gain is required the one without; without validation intents alone. */
function callsOfASession(parameters: JsonObject): number {
  const ofAnAttempt = parameters['validate'] === false ? 1 : parameters['requireGain'] === true ? 3 : 2;
  return ofAnAttempt * numberAt(parameters, 'attempts');
}

function numberAt(parameters: JsonObject, name: string): number {
  return Number(parameters[name]);
}
