import type { CallCost } from '#features/calls/domain/call-cost.ts';
import { methodReads } from '#features/experiments/domain/methods.ts';
import type { StageKey } from '#features/stages/domain/stage.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import type { ContentHash } from '#kernel/content-hash.ts';
import { differingKeys, flatSettings } from '#features/experiments/domain/setting-differences.ts';
import { canonicalJson, type JsonObject } from '#kernel/json.ts';
import type { MetricPoint } from '#science/stages/stage.ts';
import { summarise, type ArmCost, type ArmResult, type MetricSummary } from './comparison.ts';

/** All that the results of arms are made of. */
export interface ArmSources {
  readonly trials: readonly Trial[];
  /** What the stages measured at their end (step 0). */
  readonly metrics: ReadonlyMap<StageKey, readonly MetricPoint[]>;
  /** Of the stages that made LLM calls. */
  readonly costs: ReadonlyMap<ContentHash, CallCost>;
  /** The metrics that an evaluation makes, in the order in which they are shown. */
  readonly names: readonly string[];
  /** The values of the varying axes of the arms of the grid, by name. */
  readonly axes: ReadonlyMap<string, JsonObject>;
}

type Trials = readonly [Trial, ...Trial[]];

/** One entry an arm and data set, in the order of the plan. */
export function armResults(sources: ArmSources): readonly ArmResult[] {
  const differing = differingKeys(armSettings(sources.trials));
  const readers = readersOf(sources.trials);
  const cells = new Map<string, Trial[]>();
  for (const trial of sources.trials) {
    const cell = canonicalJson([trial.dataset, trial.arm]);
    cells.set(cell, [...(cells.get(cell) ?? []), trial]);
  }
  return [...cells.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const trials: Trials = [first, ...others];
    return [{ ...measured(trials, sources, differing), llm: costOf(trials, sources, readers) }];
  });
}

function measured(trials: Trials, sources: ArmSources, differing: readonly string[]): Omit<ArmResult, 'llm'> {
  const [{ arm, dataset, settings }] = trials;
  const done = trials.filter(({ status }) => status === 'succeeded');
  const summaryOf = (name: string, split: MetricPoint['split']): MetricSummary | null => {
    const values = done.flatMap((trial) => valueOf(trial, { name, split }, sources));
    return values.length === 0 ? null : summarise(values);
  };
  const summaries = sources.names.flatMap((name): [string, MetricSummary][] => {
    const summary = summaryOf(name, 'test');
    return summary === null ? [] : [[name, summary]];
  });
  const flat = flatSettings({ ...settings });
  const shown = differing.filter((key) => methodReads(settings.method, key));
  return {
    name: arm,
    settings: Object.fromEntries(shown.map((key) => [key, flat[key] ?? null])),
    axes: sources.axes.get(arm) ?? null,
    dataset,
    trials: done.length,
    planned: trials.length,
    metrics: Object.fromEntries(summaries),
    bestEpoch: summaryOf('bestEpoch', 'valid'),
    enrichmentActiveEpochs: summaryOf('enrichmentActiveEpochs', 'train'),
  };
}

/** The last stage that measured it: a warm-up has a best epoch too, and training comes after. */
function valueOf(
  { stages }: Trial,
  { name, split }: Pick<MetricPoint, 'name' | 'split'>,
  { metrics }: ArmSources,
): readonly number[] {
  for (const key of stages.toReversed()) {
    const found = metrics.get(key)?.find((point) => point.name === name && point.split === split && point.step === 0);
    if (found !== undefined) return [found.value];
  }
  return [];
}

/** How many trials of the experiment have each stage. */
function readersOf(trials: readonly Trial[]): ReadonlyMap<StageKey, number> {
  const readers = new Map<StageKey, number>();
  for (const key of trials.flatMap(({ stages }) => stages)) readers.set(key, (readers.get(key) ?? 0) + 1);
  return readers;
}

function costOf(trials: Trials, { costs }: ArmSources, readers: ReadonlyMap<StageKey, number>): ArmCost | null {
  const done = trials.filter(({ status }) => status === 'succeeded');
  const uses = done.flatMap(({ stages }) =>
    stages.flatMap((key) => {
      const cost = costs.get(key);
      return cost === undefined || cost.calls === 0 ? [] : [{ ...cost, share: 1 / (readers.get(key) ?? 1) }];
    }),
  );
  if (uses.length === 0) return null;
  const mean = (amount: (use: (typeof uses)[number]) => number): number =>
    uses.reduce((sum, use) => sum + amount(use), 0) / done.length;
  return {
    calls: mean(({ calls }) => calls),
    shareOfCalls: mean(({ calls, share }) => calls * share),
    tokens: mean(({ promptTokens, completionTokens }) => promptTokens + completionTokens),
    usd: mean(({ usd, share }) => usd * share),
    isSimulated: uses.some(({ simulatedCalls }) => simulatedCalls > 0),
  };
}

/** Trials of one arm have the same settings. */
function armSettings(trials: readonly Trial[]): readonly JsonObject[] {
  return [...new Map(trials.map(({ arm, settings }) => [arm, flatSettings({ ...settings })])).values()];
}
