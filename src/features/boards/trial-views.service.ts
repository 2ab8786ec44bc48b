import type { ExperimentsService } from '#features/experiments/experiments.service.ts';
import type { SubmissionsService } from '#features/submissions/submissions.service.ts';
import type { Stage } from '#features/stages/domain/stage.ts';
import type { JsonObject } from '#kernel/json.ts';
import { settingOrigins } from './domain/setting-origins.ts';
import type { TrialDetailAnswer, TrialMetricsAnswer } from './http/trials.schema.ts';
import { accountOf, trialMetrics, type AccountTools, type TrialMetric, type TrialStep } from './trial-account.ts';

export interface TrialViewTools extends AccountTools {
  readonly experiments: ExperimentsService;
  readonly submissions: SubmissionsService;
}

export interface SeriesRequest {
  readonly metric?: string | undefined;
  readonly split?: string | undefined;
  /** A kind of stage. */
  readonly stage?: string | undefined;
}

/** One trial, from its settings to its files. */
export class TrialViewsService {
  constructor(private readonly tools: TrialViewTools) {}

  /** @throws TrialNotFoundError, AmbiguousTrialError */
  async detail(idPrefix: string): Promise<TrialDetailAnswer> {
    const trial = await this.tools.trials.get(idPrefix);
    const revision = await this.tools.experiments.revisionById(trial.revision);
    const submission = await this.tools.submissions.findByRevision(trial.revision);
    const account = await accountOf(this.tools, trial, revision);
    return {
      id: account.id,
      experiment: account.experiment,
      revision: account.revision,
      submission: submission?.id ?? null,
      arm: account.arm,
      dataset: account.dataset,
      seeds: { ...account.seeds },
      status: account.status,
      protocol: toJson(account.protocol),
      settings: toJson(account.settings),
      origins: [...settingOrigins(trial, revision)],
      stages: await this.stepsOf(account.stages),
      metrics: account.metrics.filter(({ step }) => step === 0).map((metric) => ({ ...metric })),
      llm: account.llm,
      warnings: account.warnings.map(({ at, ...warning }) => ({ ...warning, at: at.toISOString() })),
      primary: account.primary,
      strata:
        account.strata === null ? null : (JSON.parse(JSON.stringify(account.strata)) as TrialDetailAnswer['strata']),
    };
  }

  /** @throws TrialNotFoundError, AmbiguousTrialError */
  async metrics(idPrefix: string, { metric, split, stage }: SeriesRequest): Promise<TrialMetricsAnswer> {
    const trial = await this.tools.trials.get(idPrefix);
    const asked = (await trialMetrics(this.tools, trial)).filter(
      (point) =>
        (metric === undefined || point.name === metric) &&
        (split === undefined || point.split === split) &&
        (stage === undefined || point.stage === stage),
    );
    return { trial: trial.id, series: seriesOf(asked) };
  }

  private async stepsOf(steps: readonly TrialStep[]): Promise<TrialDetailAnswer['stages']> {
    const keys = steps.map(({ key }) => key);
    const [stages, users, executions] = await Promise.all([
      this.tools.stages.findByKeys(keys),
      this.tools.trials.countOf(keys),
      this.tools.stages.executionsOf(keys),
    ]);
    return steps.map((step) => {
      const stage = stages.get(step.key);
      return {
        ...step,
        artifacts: step.artifacts.map((artifact) => ({ ...artifact })),
        trials: users.get(step.key) ?? 0,
        executions: executions.filter((execution) => execution.stage === step.key).length,
        endedAt: stage?.endedAt?.toISOString() ?? null,
        inputs: stage === undefined ? [] : inputsOf(stage),
      };
    });
  }
}

function inputsOf({ inputs }: Stage): TrialDetailAnswer['stages'][number]['inputs'] {
  return Object.entries(inputs).map(([name, source]) =>
    source.from === 'stage'
      ? { name, from: 'stage', key: source.stage, artifact: source.artifact }
      : { name, from: 'dataset', key: source.hash, artifact: null },
  );
}

function seriesOf(points: readonly TrialMetric[]): TrialMetricsAnswer['series'] {
  const series = new Map<string, TrialMetricsAnswer['series'][number]>();
  for (const { stage, stageKey, split, name, step, value } of points) {
    const key = `${stageKey} ${split} ${name}`;
    const own = series.get(key) ?? { stage, stageKey, split, name, points: [] };
    series.set(key, own);
    own.points.push([step, value]);
  }
  return [...series.values()];
}

function toJson(value: object): Record<string, JsonObject[string]> {
  return JSON.parse(JSON.stringify(value)) as Record<string, JsonObject[string]>;
}
