import type { CallsService } from '#features/calls/calls.service.ts';
import type { DatasetsService } from '#features/datasets/datasets.service.ts';
import { expandArms } from '#features/experiments/domain/arms.ts';
import type { Revision } from '#features/experiments/domain/experiment.ts';
import { primaryMetric, producedMetrics, type Manifest } from '#features/experiments/domain/manifest-schema.ts';
import type { ExperimentsService } from '#features/experiments/experiments.service.ts';
import type { StageKey } from '#features/stages/domain/stage.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { MetricPoint } from '#science/stages/stage.ts';
import { armResults, type ArmSources } from './domain/arm-results.ts';
import { comparisonWarnings, type Comparison } from './domain/comparison.ts';

export interface ComparisonTools {
  readonly experiments: ExperimentsService;
  readonly trials: TrialsService;
  readonly stages: StagesService;
  readonly calls: CallsService;
  readonly datasets: DatasetsService;
}

/** Puts the arms of an experiment side by side. */
export class ComparisonsService {
  constructor(private readonly tools: ComparisonTools) {}

  /** @param reference `NAME` (its latest revision with results) or `NAME@REVISION`. */
  async compare(reference: string): Promise<Comparison> {
    const [preferred, ...older] = await this.tools.experiments.findRevisions(reference);
    for (const revision of [preferred, ...older]) {
      const trials = await this.tools.trials.ofRevision(revision.id);
      if (trials.some(({ status }) => status === 'succeeded')) return this.ofTrials(revision, trials);
    }
    return this.ofRevision(preferred);
  }

  async ofRevision(revision: Revision): Promise<Comparison> {
    return this.ofTrials(revision, await this.tools.trials.ofRevision(revision.id));
  }

  private async ofTrials(revision: Revision, trials: readonly Trial[]): Promise<Comparison> {
    const { manifest } = revision;
    const datasets = [...new Set(trials.map(({ dataset }) => dataset))];
    const arms = armResults(await this.sourcesOf(trials, manifest));
    return {
      experiment: revision.experiment,
      revision: revision.number,
      question: manifest.question,
      primary: primaryMetric(manifest),
      baseline: manifest.report.baseline ?? null,
      protocols: protocolsOf(trials),
      synthetic: await this.tools.datasets.syntheticAmong(datasets),
      arms,
      warnings: comparisonWarnings(arms),
      tests: [],
      verdicts: [],
    };
  }

  private async sourcesOf(trials: readonly Trial[], manifest: Manifest): Promise<ArmSources> {
    const keys = [...new Set(trials.flatMap(({ stages }) => stages))];
    const names = producedMetrics(manifest.protocol);
    return {
      trials,
      metrics: await this.finalMetrics(keys, names),
      costs: await this.tools.calls.costOf(keys),
      names,
      axes: new Map(axesOf(manifest)),
    };
  }

  /** Only what is compared: a stage that trains measures much more. */
  private async finalMetrics(
    keys: readonly StageKey[],
    names: readonly string[],
  ): Promise<ReadonlyMap<StageKey, readonly MetricPoint[]>> {
    const byStage = new Map<StageKey, MetricPoint[]>();
    for (const [split, wanted] of [['test', names], ...EPOCHS] as const) {
      for (const metric of await this.tools.stages.finalMetricsOf(keys, split, wanted)) {
        const own = byStage.get(metric.stage);
        if (own === undefined) byStage.set(metric.stage, [metric]);
        else own.push(metric);
      }
    }
    return byStage;
  }
}

const EPOCHS = [
  ['valid', ['bestEpoch']],
  ['train', ['enrichmentActiveEpochs']],
] as const;

/** All trials on a data set share the protocol of the manifest, resolved for that data set. */
function protocolsOf(trials: readonly Trial[]): Comparison['protocols'] {
  return Object.fromEntries(trials.map(({ dataset, protocol }) => [dataset, protocol]));
}

function axesOf(manifest: Manifest): readonly [string, JsonObject][] {
  return expandArms(manifest).flatMap(({ name, origin, values }) => (origin === 'grid' ? [[name, values]] : []));
}
