import { dimensionsOf } from '#features/experiments/domain/arms.ts';
import { primaryMetric, producedMetrics } from '#features/experiments/domain/manifest-schema.ts';
import { summarise } from '#features/comparisons/domain/comparison.ts';
import type { JsonValue } from '#kernel/json.ts';
import { nearestWord } from '#kernel/nearest-word.ts';
import { DomainError } from '#kernel/domain-error.ts';
import type { Revision } from '#features/experiments/domain/experiment.ts';
import { STAGE_KINDS } from '#science/stages/stage.ts';
import type { BoardAnswer, BoardArm, BoardStage } from '../http/experiments.schema.ts';
import type { Outline, OutlinedArm, OutlinedTrial } from './outline.ts';
import { countStatuses, statusOf, type StageFacts } from './stage-facts.ts';

export class MetricNotFoundError extends DomainError<'METRIC_NOT_FOUND'> {
  constructor(name: string, known: readonly string[]) {
    const suggestion = nearestWord(name, known);
    const hint = suggestion === null ? '' : ` Did you mean ${suggestion}?`;
    super('METRIC_NOT_FOUND', `No metric ${JSON.stringify(name)}.${hint} There are: ${known.join(', ')}.`);
  }
}

/** The metric that is asked for, or else the one that decides. @throws MetricNotFoundError */
export function metricAsked({ manifest }: Revision, asked: string | undefined): string {
  const known = producedMetrics(manifest.protocol);
  if (asked === undefined) return primaryMetric(manifest);
  if (!known.includes(asked)) throw new MetricNotFoundError(asked.slice(0, 100), known);
  return asked;
}

export interface BoardSources {
  readonly outline: Outline;
  readonly facts: StageFacts;
  /** Of the trials that have a result, by id. */
  readonly values: ReadonlyMap<string, number>;
}

export function boardArms(sources: BoardSources): readonly BoardArm[] {
  return sources.outline.arms.map((arm) => boardArm(arm, sources));
}

function boardArm(arm: OutlinedArm, { outline, facts, values }: BoardSources): BoardArm {
  const { name, dataset, method, isGrid, settings, trials } = arm;
  const statuses = trials.map((trial) => statusOf(trial, facts));
  const own = trials.map(({ id }, index) => (statuses[index] === 'succeeded' ? (values.get(id) ?? null) : null));
  const known = own.filter((value) => value !== null);
  const { mean, sd } = known.length === 0 ? { mean: null, sd: null } : summarise(known);
  return {
    name,
    dataset,
    method,
    isGrid,
    settings: { ...settings },
    trials: trials.map(({ id }) => id),
    seeds: trials.map(({ seeds }) => [seeds.train, seeds.profile]),
    values: own.map(rounded),
    mean: rounded(mean),
    sd: rounded(sd),
    counts: countStatuses(statuses),
    ...costOf(trials, outline, facts),
  };
}

type ArmCost = Pick<BoardArm, 'seconds' | 'shareOfSeconds' | 'calls' | 'shareOfCalls' | 'usd'>;

function costOf(trials: readonly OutlinedTrial[], { stages }: Outline, facts: StageFacts): ArmCost {
  const sums = { seconds: 0, shareOfSeconds: 0, calls: 0, shareOfCalls: 0, usd: 0 };
  for (const step of trials.flatMap(({ steps }) => steps)) {
    const share = 1 / (stages[step]?.trials ?? 1);
    const [seconds, { calls = 0, usd = 0 } = {}] = [facts.seconds[step] ?? 0, facts.calls[step]];
    sums.seconds += seconds;
    sums.shareOfSeconds += seconds * share;
    sums.calls += calls;
    sums.shareOfCalls += calls * share;
    sums.usd += usd * share;
  }
  const mean = (sum: number): number => rounded(sum / Math.max(1, trials.length));
  return {
    seconds: mean(sums.seconds),
    shareOfSeconds: mean(sums.shareOfSeconds),
    calls: mean(sums.calls),
    shareOfCalls: mean(sums.shareOfCalls),
    usd: mean(sums.usd),
  };
}

/** By kind, in the order in which a trial takes them. */
export function boardStages({ stages }: Outline, { status, seconds }: StageFacts): readonly BoardStage[] {
  const kinds = new Map<string, BoardStage>();
  for (const [place, { kind, trials }] of stages.entries()) {
    const sums = kinds.get(kind) ?? { ...NO_STAGES, kind };
    const state = status[place] ?? 'blocked';
    kinds.set(kind, {
      ...sums,
      distinct: sums.distinct + 1,
      steps: sums.steps + trials,
      shared: sums.shared + Number(trials > 1),
      [state]: sums[state] + 1,
      seconds: sums.seconds + (seconds[place] ?? 0),
    });
  }
  return STAGE_KINDS.flatMap((kind) => {
    const sums = kinds.get(kind);
    return sums === undefined ? [] : [{ ...sums, seconds: rounded(sums.seconds) }];
  });
}

const NO_STAGES: Omit<BoardStage, 'kind'> = {
  distinct: 0,
  steps: 0,
  shared: 0,
  blocked: 0,
  ready: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  seconds: 0,
};

export function progressOf({ trials }: Outline, facts: StageFacts): BoardAnswer['progress'] {
  const counts = countStatuses(trials.map((trial) => statusOf(trial, facts)));
  return { ...NO_TRIALS, ...counts, trials: trials.length };
}

const NO_TRIALS = { queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 };

/** In the order of the manifest. */
export function axesOf({ manifest }: Revision): BoardAnswer['axes'] {
  return dimensionsOf(manifest).flatMap(({ keys, points }) =>
    keys.map((key) => {
      const spelled = new Map(points.map((point) => [JSON.stringify(point.get(key)), point.get(key) ?? null]));
      return { key, values: [...spelled.values()] satisfies JsonValue[] };
    }),
  );
}

const DIGITS = 6;

/** To the digits that anybody could want to see of a mean over sessions. */
export function rounded<Value extends number | null>(value: Value): Value {
  return (value === null ? null : Number(value.toPrecision(DIGITS))) as Value;
}
