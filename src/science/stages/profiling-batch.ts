import {
  acceptanceByAttempt,
  countVerdicts,
  decodeBatch,
  encodeBatch,
  type VerdictCounts,
} from '#science/intents/batch-summary.ts';
import type { SessionVerdict } from '#science/intents/attempt.ts';
import { type HardSession, hardSession } from '#science/intents/hard-session.ts';
import { activeIntents, encodePool } from '#science/intents/intent-pool.ts';
import { GrowingPool } from '#science/intents/pool-growth.ts';
import {
  type CommittedBatch,
  commitBatch,
  profiledSessions,
  profiledWithinBudget,
} from '#science/intents/profiling-batch.ts';
import {
  type BudgetSpent,
  NOTHING_SPENT_SO_FAR,
  type ProfilingBudget,
  spentWith,
} from '#science/intents/profiling-budget.ts';
import { profilingWarnings } from '#science/intents/profiling-warnings.ts';
import { encodeProfiles } from '#science/intents/session-profile.ts';
import type { SessionView } from '#science/sessions/session-view.ts';
import { decodeOrder } from '#science/uncertainty/session-order.ts';
import { artifactOf } from './stage-artifact.ts';
import { type OpenedLoop, openLoop } from './stage-loop.ts';
import type { LoopParameters } from './stage-profiling.ts';
import type { MetricPoint, StageFunction, StageInput, StageOutput, StageReport } from './stage.ts';

export type ProfilingBatchParameters = LoopParameters &
  Readonly<{
    /** Places of the order, from `from` up to, not including, `to`. */
    from: number;
    to: number;
    budget: ProfilingBudget | null;
  }>;

/**
 * `train`, `items`, `catalogue`, `order`, `negatives`, `pool` (of the pool or of the batch before), where there are any
 * `synonyms`, and with a budget the `spent` (`batch.json`) of the batch before, to `pool.json`, `profiles.jsonl` and `batch.json`.
 */
export const run: StageFunction<ProfilingBatchParameters> = async function* (
  input,
): AsyncGenerator<StageReport, StageOutput> {
  const { parameters, artifacts } = input;
  const opened = await openLoop(input, 'profiling');
  const { position } = decodeOrder(artifactOf(artifacts, 'order'));
  const sessions = sessionsOf(opened.train, position, parameters);
  const before = spentBefore(artifacts);
  const verdicts = yield* reportedVerdicts(verdictsOf(opened, sessions, parameters, before), sessions.length);
  const growing = await GrowingPool.of(opened.pool, opened.embedder, parameters);
  const batch = await commitBatch(verdicts, growing, parameters.source);
  const counts = countVerdicts(verdicts, parameters.attempts);
  const poolSize = activeIntents(batch.pool).length;
  const isFirst = parameters.from === 0;
  for (const message of profilingWarnings({ counts, growth: batch.growth, poolSize, rules: parameters, isFirst }))
    yield { kind: 'warning', message };
  return {
    artifacts: {
      'pool.json': encodePool(batch.pool),
      'profiles.jsonl': encodeProfiles(batch.profiles),
      'batch.json': encodeBatch({
        from: parameters.from,
        to: parameters.to,
        ...counts,
        poolSize,
        growth: batch.growth,
        soFar: parameters.budget === null ? null : verdicts.reduce(spentWith, before),
        model: opened.loop.inquiry.model.identity,
      }),
    },
    metrics: metricsOf(counts, batch, poolSize),
  };
};

function sessionsOf(
  train: SessionView,
  order: Int32Array,
  { from, to }: ProfilingBatchParameters,
): readonly HardSession[] {
  return Array.from(order.subarray(from, to), (position, at) => hardSession(train, position, from + at));
}

function spentBefore(artifacts: StageInput['artifacts']): BudgetSpent {
  const spent = artifacts['spent'];
  return spent === undefined ? NOTHING_SPENT_SO_FAR : (decodeBatch(spent).soFar ?? NOTHING_SPENT_SO_FAR);
}

function verdictsOf(
  { loop }: OpenedLoop,
  sessions: readonly HardSession[],
  { budget }: ProfilingBatchParameters,
  before: BudgetSpent,
): AsyncGenerator<SessionVerdict, void> {
  return budget === null ? profiledSessions(loop, sessions) : profiledWithinBudget(loop, sessions, budget, before);
}

async function* reportedVerdicts(
  profiling: AsyncGenerator<SessionVerdict, void>,
  total: number,
): AsyncGenerator<StageReport, readonly SessionVerdict[]> {
  const verdicts: SessionVerdict[] = [];
  for await (const verdict of profiling) {
    verdicts.push(verdict);
    yield { kind: 'progress', done: verdicts.length, total, unit: 'sessions' };
  }
  return verdicts;
}

function metricsOf(
  { sessions, withoutText, accepted, acceptedAt, spent }: VerdictCounts,
  { growth }: CommittedBatch,
  poolSize: number,
): readonly MetricPoint[] {
  const { calls, promptTokens, completionTokens } = spent;
  const counts = { sessions, withoutText, accepted, poolSize, newIntents: growth.added };
  const acceptance = acceptanceByAttempt(acceptedAt, sessions - withoutText);
  const shares = acceptance.map((share, at) => [`acceptance@${at + 1}`, share] as const);
  return [...Object.entries({ ...counts, calls, promptTokens, completionTokens }), ...shares].map(([name, value]) => ({
    name,
    split: 'train',
    step: 0,
    value,
  }));
}
