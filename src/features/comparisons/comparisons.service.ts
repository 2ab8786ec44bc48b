import type { DatasetsService } from '#features/datasets/datasets.service.ts';
import type { Revision } from '#features/experiments/domain/experiment.ts';
import { primaryMetric, producedMetrics } from '#features/experiments/domain/manifest-schema.ts';
import { methodReads } from '#features/experiments/domain/methods.ts';
import type { ExperimentsService } from '#features/experiments/experiments.service.ts';
import type { StageKey } from '#features/stages/domain/stage.ts';
import type { StageMetric, StagesService } from '#features/stages/stages.service.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '#kernel/json.ts';
import { summarise, type ArmResult, type Comparison, type MetricSummary } from './domain/comparison.ts';

/** Puts the arms of an experiment side by side. */
export class ComparisonsService {
  constructor(
    private readonly experiments: ExperimentsService,
    private readonly trials: TrialsService,
    private readonly stages: StagesService,
    private readonly datasets: DatasetsService,
  ) {}

  /** @param reference `NAME` (its latest revision with results) or `NAME@REVISION`. */
  async compare(reference: string): Promise<Comparison> {
    const [preferred, ...older] = await this.experiments.findRevisions(reference);
    for (const revision of [preferred, ...older]) {
      const trials = await this.trials.ofRevision(revision.id);
      if (trials.some(({ status }) => status === 'succeeded')) return this.ofRevision(revision);
    }
    return this.ofRevision(preferred);
  }

  async ofRevision(revision: Revision): Promise<Comparison> {
    const { manifest } = revision;
    const trials = await this.trials.ofRevision(revision.id);
    const metrics = await this.testMetricsOf(trials);
    const datasets = [...new Set(trials.map(({ dataset }) => dataset))];
    return {
      experiment: revision.experiment,
      revision: revision.number,
      question: manifest.question,
      primary: primaryMetric(manifest),
      baseline: manifest.report.baseline ?? null,
      protocols: protocolsOf(trials),
      synthetic: await this.datasets.syntheticAmong(datasets),
      arms: armResults(trials, metrics, producedMetrics(manifest.protocol)),
      tests: [],
      verdicts: [],
    };
  }

  private async testMetricsOf(trials: readonly Trial[]): Promise<ReadonlyMap<StageKey, readonly StageMetric[]>> {
    const keys = [...new Set(trials.flatMap(({ stages }) => stages.slice(-1)))];
    const byStage = new Map<StageKey, StageMetric[]>(keys.map((key) => [key, []]));
    for (const metric of await this.stages.metricsOf(keys)) {
      if (metric.split === 'test') byStage.get(metric.stage)?.push(metric);
    }
    return byStage;
  }
}

/** All trials on a data set share the protocol of the manifest, resolved for that data set. */
function protocolsOf(trials: readonly Trial[]): Comparison['protocols'] {
  return Object.fromEntries(trials.map(({ dataset, protocol }) => [dataset, protocol]));
}

function armResults(
  trials: readonly Trial[],
  metrics: ReadonlyMap<StageKey, readonly StageMetric[]>,
  names: readonly string[],
): readonly ArmResult[] {
  const differing = differingKeys(trials);
  const cells = new Map<string, Trial[]>();
  for (const trial of trials) {
    const cell = canonicalJson([trial.dataset, trial.arm]);
    cells.set(cell, [...(cells.get(cell) ?? []), trial]);
  }
  return [...cells.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [armResult([first, ...others], { differing, metrics, names })],
  );
}

function armResult(
  trials: readonly [Trial, ...Trial[]],
  context: {
    readonly differing: readonly string[];
    readonly metrics: ReadonlyMap<StageKey, readonly StageMetric[]>;
    readonly names: readonly string[];
  },
): ArmResult {
  const [{ arm, dataset, settings }] = trials;
  const done = trials.filter(({ status }) => status === 'succeeded');
  const measured = done.flatMap(({ stages }) => stages.slice(-1).map((key) => context.metrics.get(key) ?? []));
  const summaries = context.names.flatMap((name): [string, MetricSummary][] => {
    const values = measured.flatMap((points) =>
      points.filter((point) => point.name === name).map(({ value }) => value),
    );
    return values.length === 0 ? [] : [[name, summarise(values)]];
  });
  const flat = flatten(settings);
  const shown = context.differing.filter((key) => methodReads(settings.method, key));
  return {
    name: arm,
    settings: Object.fromEntries(shown.map((key) => [key, flat[key] ?? null])),
    dataset,
    trials: done.length,
    planned: trials.length,
    metrics: Object.fromEntries(summaries),
  };
}

/** The settings in which the arms differ, and the method always: the others say nothing about a difference in results. */
function differingKeys(trials: readonly Trial[]): readonly string[] {
  const flat = trials.map(({ settings }) => flatten(settings));
  const keys = Object.keys(flat[0] ?? {});
  return keys.filter((key) => key === 'method' || new Set(flat.map((one) => canonicalJson(one[key] ?? null))).size > 1);
}

/** `{selection: {ratio: .1}}` as `{'selection.ratio': .1}`; what is not a section stays whole. */
function flatten(settings: Trial['settings']): JsonObject {
  const entries = Object.entries(settings).flatMap(([section, value]): [string, JsonValue][] =>
    typeof value === 'object'
      ? Object.entries(value).map(([key, item]) => [`${section}.${key}`, item as JsonValue])
      : [[section, value]],
  );
  return Object.fromEntries(entries);
}
