import type { Artifact } from '#features/artifacts/domain/artifact.ts';
import { costOfTrial, type TrialCost } from '#features/calls/domain/call-cost.ts';
import type { Revision } from '#features/experiments/domain/experiment.ts';
import { primaryMetric } from '#features/experiments/domain/manifest-schema.ts';
import type { Execution, Stage, StageKey, StageWarning } from '#features/stages/domain/stage.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import { decodeStrata, type Strata } from '#science/metrics/strata.ts';
import type { MetricPoint } from '#science/stages/stage.ts';
import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { CallsService } from '#features/calls/calls.service.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';

/** One step of a trial: how it went and what it made. */
export interface TrialStep {
  readonly key: StageKey;
  readonly kind: Stage['kind'];
  readonly status: Stage['status'];
  readonly seconds: number | null;
  readonly peakMemoryBytes: number | null;
  readonly error: string | null;
  readonly artifacts: readonly Pick<Artifact, 'name' | 'hash' | 'bytes'>[];
}

/** A measured number with the stage that measured it: warm-up and training both have a loss for epoch 1. */
export interface TrialMetric extends MetricPoint {
  readonly stage: Stage['kind'];
  readonly stageKey: string;
}

/** All that is known of one trial: from a number to the files behind it. */
export interface TrialAccount extends Pick<
  Trial,
  'id' | 'arm' | 'dataset' | 'seeds' | 'status' | 'protocol' | 'settings'
> {
  readonly experiment: string;
  readonly revision: number;
  readonly stages: readonly TrialStep[];
  readonly metrics: readonly TrialMetric[];
  /** What its LLM calls came to. */
  readonly llm: TrialCost;
  readonly warnings: readonly StageWarning[];
  /** The metric that decides. */
  readonly primary: string;
  /** Results on the test split by length and uncertainty; `null` before its evaluation. */
  readonly strata: Strata | null;
}

/** What an account is put together from. */
export interface AccountTools {
  readonly artifacts: ArtifactsService;
  readonly calls: CallsService;
  readonly stages: StagesService;
  readonly trials: TrialsService;
}

export async function accountOf(tools: AccountTools, trial: Trial, revision: Revision): Promise<TrialAccount> {
  const [stages, executions, artifacts] = await Promise.all([
    tools.stages.findByKeys(trial.stages),
    tools.stages.executionsOf(trial.stages),
    tools.artifacts.of('stage', trial.stages),
  ]);
  const steps = trial.stages.flatMap((key) => {
    const stage = stages.get(key);
    if (stage === undefined) return [];
    const own = artifacts
      .filter(({ owner }) => owner.id === key)
      .map(({ name, hash, bytes }) => ({ name, hash, bytes }));
    return [{ ...describe(stage, executions), artifacts: own }];
  });
  const { id, arm, dataset, seeds, status, protocol, settings } = trial;
  const { experiment, number, manifest } = revision;
  const facts = { id, experiment, revision: number, arm, dataset, seeds, status, protocol, settings };
  const metrics = await trialMetrics(tools, trial);
  const llm = costOfTrial(await tools.calls.costOf(trial.stages), await tools.trials.countOf(trial.stages));
  const warnings = await tools.stages.warningsOf(trial.stages);
  const results = { primary: primaryMetric(manifest), strata: await strataOf(tools, steps) };
  return { ...facts, stages: steps, metrics, llm, warnings, ...results };
}

async function strataOf({ artifacts }: AccountTools, steps: readonly TrialStep[]): Promise<Strata | null> {
  const evaluation = steps.find(({ kind }) => kind === 'evaluation');
  const file = evaluation?.artifacts.find(({ name }) => name === 'strata.json');
  return file === undefined ? null : decodeStrata(await artifacts.read(file.hash));
}

export async function trialMetrics(tools: Pick<AccountTools, 'stages'>, trial: Trial): Promise<readonly TrialMetric[]> {
  const stages = await tools.stages.findByKeys(trial.stages);
  const metrics = await tools.stages.metricsOf(trial.stages);
  return metrics.flatMap(({ stage: key, split, name, step, value }) => {
    const kind = stages.get(key)?.kind;
    return kind === undefined ? [] : [{ stage: kind, stageKey: key, split, name, step, value }];
  });
}

function describe({ key, kind, status }: Stage, executions: readonly Execution[]): Omit<TrialStep, 'artifacts'> {
  const latest = executions.filter((execution) => execution.stage === key).at(-1);
  const { seconds = null, peakMemoryBytes = null } = latest?.usage ?? {};
  return { key, kind, status, seconds, peakMemoryBytes, error: latest?.error?.message ?? null };
}
