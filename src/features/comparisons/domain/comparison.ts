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

/** What the LLM calls of an arm cost, as means over its trials. */
export interface ArmCost {
  /** Calls that a trial rests on, as if it had run alone. */
  readonly calls: number;
  /** Its share of them, where the calls of a stage are shared out among the trials of the experiment that have it. */
  readonly shareOfCalls: number;
  /** Prompt and answer, of the calls it rests on. */
  readonly tokens: number;
  /** US dollars of its share. */
  readonly usd: number;
  /** Some answers come from rules, not from a language model: its numbers say nothing about one. */
  readonly isSimulated: boolean;
}

export interface ArmResult {
  readonly name: string;
  /** The method, and the settings in which the arms differ. */
  readonly settings: JsonObject;
  /** Of an arm of the grid the values of its varying axes; `null` for a named arm. */
  readonly axes: JsonObject | null;
  readonly dataset: string;
  /** Trials that have results. */
  readonly trials: number;
  /** Trials that the plan has for the arm on this data set. */
  readonly planned: number;
  readonly metrics: Readonly<Record<string, MetricSummary>>;
  /** The epoch that was kept; `null` for a method that is not trained. */
  readonly bestEpoch: MetricSummary | null;
  /** Epochs up to the kept one in which enrichment acted; `null` where there is none. Of 0 the arm says nothing about enrichment. */
  readonly enrichmentActiveEpochs: MetricSummary | null;
  /** `null` for a method that asks nobody. */
  readonly llm: ArmCost | null;
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
  /** What a reader must know before he compares: contrasts that are void, and why. */
  readonly warnings: readonly string[];
  readonly tests: readonly never[];
  readonly verdicts: readonly never[];
}

/** @param values at least one. */
export function summarise(values: readonly number[]): MetricSummary {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)), interval: null, values };
}

/** The largest mean of a metric among arms on one data set; `null` when none has it. */
export function bestMean(arms: readonly ArmResult[], metric: string): number | null {
  const means = arms.flatMap((arm) => arm.metrics[metric]?.mean ?? []);
  return means.length === 0 ? null : Math.max(...means);
}

/**
 * An enrichment that never reached the kept model cannot have made a difference: what looks like one is chance
 * (science C.9).
 */
export function comparisonWarnings(
  arms: readonly Pick<ArmResult, 'name' | 'dataset' | 'enrichmentActiveEpochs'>[],
): readonly string[] {
  return arms.flatMap(({ name, dataset, enrichmentActiveEpochs }) => {
    const values = enrichmentActiveEpochs?.values ?? [];
    const idle = values.filter((epochs) => epochs === 0).length;
    if (idle === 0) return [];
    return [
      `VOID: in ${idle} of ${values.length} trials of ${name} on ${dataset} enrichment never acted in the kept model, so a ` +
        `contrast of its enrichment says nothing. Lower enrichment.start and enrichment.ramp, or train longer.`,
    ];
  });
}
