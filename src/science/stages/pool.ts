import { categoryPool } from '#science/intents/category-pool.ts';
import { encodeNegatives, findHardNegatives } from '#science/intents/hard-negatives.ts';
import { contextHasText, shownContext } from '#science/intents/hard-session.ts';
import { encodeLabels } from '#science/intents/intent-labels.ts';
import { encodePool, type IntentPool } from '#science/intents/intent-pool.ts';
import { EMPTY_POOL, initialPool } from '#science/intents/pool-growth.ts';
import { poolCalls, type ProposedPool, proposePool, REPRESENTATIVES } from '#science/intents/pool-initialisation.ts';
import { type ShownItem, shownItems } from '#science/intents/prompts/shown-item.ts';
import { representativeRows, sampledSessions } from '#science/intents/representative-sessions.ts';
import { type Spent, NOTHING_SPENT } from '#science/llm/inquiry.ts';
import { decodeSasrecFile } from '#science/models/sasrec-file.ts';
import { type SasrecRecommender, SasrecPrograms } from '#science/models/sasrec-recommender.ts';
import { contextOf, eligibleSessions } from '#science/sessions/eligible-sessions.ts';
import { decodeView, type SessionView } from '#science/sessions/session-view.ts';
import { decodeSafetensors } from '#science/tensors/safetensors.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { HashedNgrams } from '#science/text/hashed-ngrams.ts';
import { artifactOf } from './stage-artifact.ts';
import { describedCatalogue, inquirySettings } from './stage-loop.ts';
import type { LanguageModelParameters } from './stage-profiling.ts';
import type { MetricPoint, StageFunction, StageInput, StageOutput, StageReport } from './stage.ts';

/** Named by a language model. */
type NamedPoolParameters = Readonly<{
  source: 'llm';
  /** The smaller of `intents.initial` and `intents.cap`; 0 asks nobody. */
  initial: number;
  mergeAt: number;
  llm: LanguageModelParameters;
  /** Items that the warm-up sees, the latest. */
  maxLength: number;
  /** The profile seed. */
  seed: number;
}>;

export type PoolParameters =
  | NamedPoolParameters
  /** The most frequent non-root categories, and the labels of all sessions that follow from them (science C.11). */
  | Readonly<{ source: 'categories'; initial: number }>;

/**
 * `train`, `items`, `catalogue`, and of an LLM also `model` (the warm-up's) and where the data set has them `synonyms`, to
 * `pool.json`, and to `negatives.safetensors` (an LLM's) or `labels.safetensors` (of categories).
 */
export const run: StageFunction<PoolParameters> = async function* (input): AsyncGenerator<StageReport, StageOutput> {
  const { parameters } = input;
  return parameters.source === 'llm' ? yield* namedPool({ ...input, parameters }) : yield* poolOfCategories(input);
};

function* poolOfCategories({ parameters, artifacts }: StageInput<PoolParameters>): Generator<StageReport, StageOutput> {
  const train = decodeView(artifactOf(artifacts, 'train'));
  const { pool, labels } = categoryPool(describedCatalogue(artifacts), train, parameters.initial);
  yield { kind: 'progress', done: train.session.length, total: train.session.length, unit: 'sessions' };
  if (pool.intents.length === 0)
    yield {
      kind: 'warning',
      message:
        'The data set has no categories that tell sessions apart: the pool is empty, and no session has a label.',
    };
  return {
    artifacts: { 'pool.json': encodePool(pool), 'labels.safetensors': encodeLabels(labels) },
    metrics: metricsOf(pool, NOTHING_SPENT),
  };
}

async function* namedPool(input: StageInput<NamedPoolParameters>): AsyncGenerator<StageReport, StageOutput> {
  const { artifacts, loadRuntime } = input;
  const train = decodeView(artifactOf(artifacts, 'train'));
  const { shape, weights } = decodeSasrecFile(decodeSafetensors(artifactOf(artifacts, 'model')));
  const programs = await SasrecPrograms.load(await loadRuntime(), shape);
  const warmUp = programs.recommender(weights);
  const negatives = yield* foundNegatives(warmUp, train, input.parameters.maxLength);
  const { pool, spent } = yield* askedPool(input, warmUp, train);
  await programs.release();
  if (pool.intents.length === 0 && input.parameters.initial > 0)
    yield { kind: 'warning', message: 'The language model proposed no intent: the pool begins empty.' };
  return {
    artifacts: { 'pool.json': encodePool(pool), 'negatives.safetensors': negatives },
    metrics: metricsOf(pool, spent),
  };
}

/** Batches between two reports: the negatives of a large data set take a while, those of a small one a moment. */
const REPORTED = 32;

async function* foundNegatives(
  warmUp: SasrecRecommender,
  train: SessionView,
  maxLength: number,
): AsyncGenerator<StageReport, Uint8Array> {
  const search = findHardNegatives(warmUp, train, maxLength);
  const total = eligibleSessions(train).length;
  for (let batch = 1; ; batch++) {
    const step = await search.next();
    if (step.done === true) return encodeNegatives(step.value);
    if (batch % REPORTED === 0) yield { kind: 'progress', done: step.value, total, unit: 'sessions' };
  }
}

async function* askedPool(
  input: StageInput<NamedPoolParameters>,
  warmUp: SasrecRecommender,
  train: SessionView,
): AsyncGenerator<StageReport, { readonly pool: IntentPool; readonly spent: Spent }> {
  const { initial, mergeAt, llm, seed, maxLength } = input.parameters;
  if (initial === 0) return { pool: EMPTY_POOL, spent: NOTHING_SPENT };
  const items = shownItems(describedCatalogue(input.artifacts));
  const shown = await representativeContexts(warmUp, { train, items, seed, maxLength });
  const proposing = proposePool(inquirySettings(input, llm, { train, items, seed }), shown, initial);
  const proposed = yield* reportedCalls(proposing, poolCalls(shown.length));
  if (proposed.unreadable > 0 || !proposed.isConsolidated) yield { kind: 'warning', message: complaint(proposed) };
  const embedder = new HashedNgrams();
  const pool = await initialPool(proposed.intents, embedder, { mergeAt, cap: initial });
  const distinct = await initialPool(proposed.proposals, embedder, { mergeAt, cap: initial });
  if (pool.intents.length < LEAST_KEPT * distinct.intents.length)
    yield { kind: 'warning', message: poorPool(pool.intents.length, distinct.intents.length) };
  return { pool, spent: proposed.spent };
}

/** Of the proposals that differ. One answer decides what all profiling begins with, and that answer can be wrong. */
const LEAST_KEPT = 0.5;

function poorPool(kept: number, proposed: number): string {
  return (
    `Of ${proposed} different intents that were proposed, the answer that consolidates them keeps ${kept}. All profiling of this ` +
    `seed begins with these; \`sprintlab calls list --filter step=CONSOLIDATE\` leads to the answer.`
  );
}

async function* reportedCalls(
  proposing: AsyncGenerator<number, ProposedPool>,
  total: number,
): AsyncGenerator<StageReport, ProposedPool> {
  for (;;) {
    const step = await proposing.next();
    if (step.done === true) return step.value;
    yield { kind: 'progress', done: step.value, total, unit: 'calls' };
  }
}

function complaint({ unreadable, isConsolidated }: ProposedPool): string {
  const what = `Answers that should propose intents and could not be read: ${unreadable}.`;
  return isConsolidated ? what : `${what} Nor could the one that should consolidate them: the first proposals count.`;
}

/** What is shown of the contexts that stand for all; of those without any text nothing could be said. */
async function representativeContexts(
  warmUp: SasrecRecommender,
  {
    train,
    items,
    seed,
    maxLength,
  }: {
    readonly train: SessionView;
    readonly items: readonly ShownItem[];
    readonly seed: number;
    readonly maxLength: number;
  },
): Promise<readonly (readonly ShownItem[])[]> {
  const all = Array.from(train.session.keys(), (position) => contextOf(train, position).subarray(-maxLength));
  const contexts = all.filter((context) => context.length > 0 && contextHasText(shownContext({ context }, items)));
  const sampled = sampledSessions(contexts, seed);
  const rows = representativeRows(await encodedAll(warmUp, sampled), REPRESENTATIVES);
  return rows.map((row) => shownContext({ context: sampled[row]! }, items));
}

/** (contexts, d) */
async function encodedAll(warmUp: SasrecRecommender, contexts: readonly Int32Array[]): Promise<TensorOf<'F32'>> {
  const dimension = warmUp.itemTable.shape[1]!;
  const data = new Float32Array(contexts.length * dimension);
  for (let row = 0; row < contexts.length; row += warmUp.batch) {
    const batch = await warmUp.encode(contexts.slice(row, row + warmUp.batch));
    data.set(batch.data, row * dimension);
  }
  return { dtype: 'F32', shape: [contexts.length, dimension], data };
}

function metricsOf(pool: IntentPool, { calls, promptTokens, completionTokens }: Spent): readonly MetricPoint[] {
  const values = { poolSize: pool.intents.length, calls, promptTokens, completionTokens };
  return Object.entries(values).map(([name, value]) => ({ name, split: 'train', step: 0, value }));
}
