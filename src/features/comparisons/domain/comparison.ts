import type { ResolvedProtocol } from '#features/experiments/domain/trials.ts';
import type { JsonObject } from '#kernel/json.ts';

/** A metric of one arm on one data set, over its trials. */
export interface MetricSummary {
  readonly mean: number;
  /** Sample standard deviation over trials (n - 1); `null` for a single trial. */
  readonly sd: number | null;
  /** Not computed by this version. */
  readonly interval: null;
  /** One a trial, in the order of the plan. */
  readonly values: readonly number[];
}

export interface ArmResult {
  readonly name: string;
  /** The method, and the settings in which the arms differ. */
  readonly settings: JsonObject;
  readonly dataset: string;
  /** Trials that have results. */
  readonly trials: number;
  /** Trials that the plan has for the arm on this data set. */
  readonly planned: number;
  readonly metrics: Readonly<Record<string, MetricSummary>>;
}

export interface Comparison {
  readonly experiment: string;
  readonly revision: number;
  readonly question: string;
  /** The metric that decides. */
  readonly primary: string;
  readonly baseline: string | null;
  /** Which protocol the numbers were measured under; numbers of two protocols cannot be compared. */
  readonly protocols: Readonly<Record<string, ResolvedProtocol>>;
  /** Data sets made by a generator: their numbers say nothing about people. */
  readonly synthetic: readonly string[];
  readonly arms: readonly ArmResult[];
  readonly tests: readonly never[];
  readonly verdicts: readonly never[];
}

/** @param values at least one. */
export function summarise(values: readonly number[]): MetricSummary {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)), interval: null, values };
}

/** The largest mean of a metric among the arms on a data set; `null` when none has it. */
export function bestMean(arms: readonly ArmResult[], dataset: string, metric: string): number | null {
  const means = arms.flatMap((arm) => (arm.dataset === dataset ? (arm.metrics[metric]?.mean ?? []) : []));
  return means.length === 0 ? null : Math.max(...means);
}
