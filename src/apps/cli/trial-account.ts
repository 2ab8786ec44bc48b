import type { Artifact } from '#features/artifacts/domain/artifact.ts';
import { costOfTrial, type TrialCost } from '#features/calls/domain/call-cost.ts';
import type { Revision } from '#features/experiments/domain/experiment.ts';
import { primaryMetric } from '#features/experiments/domain/manifest-schema.ts';
import type { Execution, Stage, StageWarning } from '#features/stages/domain/stage.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import { decodeStrata, type Strata } from '#science/metrics/strata.ts';
import type { MetricPoint } from '#science/stages/stage.ts';
import type { Application } from '../application.ts';
import { costLines, warningLines } from './stage-notes.ts';
import { strataText } from './strata-text.ts';
import { formatBytes, formatSeconds, renderTable } from './table.ts';

/** One step of a trial: how it went and what it made. */
export interface TrialStep {
  readonly key: string;
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

export async function accountOf(application: Application, trial: Trial, revision: Revision): Promise<TrialAccount> {
  const [stages, executions, artifacts] = await Promise.all([
    application.stages.findByKeys(trial.stages),
    application.stages.executionsOf(trial.stages),
    application.artifacts.of('stage', trial.stages),
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
  const metrics = await trialMetrics(application, trial);
  const llm = costOfTrial(await application.calls.costOf(trial.stages), await application.trials.countOf(trial.stages));
  const warnings = await application.stages.warningsOf(trial.stages);
  const results = { primary: primaryMetric(manifest), strata: await strataOf(application, steps) };
  return { ...facts, stages: steps, metrics, llm, warnings, ...results };
}

async function strataOf({ artifacts }: Application, steps: readonly TrialStep[]): Promise<Strata | null> {
  const evaluation = steps.find(({ kind }) => kind === 'evaluation');
  const file = evaluation?.artifacts.find(({ name }) => name === 'strata.json');
  return file === undefined ? null : decodeStrata(await artifacts.read(file.hash));
}

export async function trialMetrics(application: Application, trial: Trial): Promise<readonly TrialMetric[]> {
  const stages = await application.stages.findByKeys(trial.stages);
  const metrics = await application.stages.metricsOf(trial.stages);
  return metrics.flatMap(({ stage: key, split, name, step, value }) => {
    const kind = stages.get(key)?.kind;
    return kind === undefined ? [] : [{ stage: kind, stageKey: key, split, name, step, value }];
  });
}

export function trialText(trial: TrialAccount): string {
  const errors = trial.stages.flatMap(({ kind, error }) => (error === null ? [] : [`${kind}: ${error}`]));
  const logs = trial.stages
    .filter(({ status }) => status === 'failed')
    .map(({ key, kind }) => `What ${kind} said: \`sprintlab stages log ${key.slice(0, 12)}\`.`);
  const artifacts = trial.stages.flatMap(({ kind, artifacts: own }) => own.map((artifact) => ({ kind, ...artifact })));
  return [
    `trial ${trial.id}: ${trial.arm} on ${trial.dataset} (${trial.experiment}@${trial.revision}), ${trial.status}`,
    ...errors,
    ...logs,
    ...warningLines(trial.warnings),
    ...costLines(trial.llm),
    '',
    stepTable(trial.stages),
    '',
    renderTable(finalMetrics(trial), [
      { title: 'stage', of: ({ stage }) => stage },
      { title: 'split', of: ({ split }) => split },
      { title: 'metric', of: ({ name }) => name },
      { title: 'value', of: ({ value }) => (Number.isInteger(value) ? value : value.toFixed(4)), align: 'right' },
    ]),
    '',
    ...(trial.strata === null ? [] : [strataText(trial.strata, trial.primary), '']),
    renderTable(artifacts, [
      { title: 'artifact', of: ({ name }) => name },
      { title: 'made by', of: ({ kind }) => kind },
      { title: 'size', of: ({ bytes }) => formatBytes(bytes), align: 'right' },
      { title: 'hash', of: ({ hash }) => hash.slice(0, 12) },
    ]),
    '',
    'Metrics of every epoch: `sprintlab trials export`. A file: `sprintlab artifacts export HASH FILE`.',
    '',
  ].join('\n');
}

function stepTable(steps: readonly TrialStep[]): string {
  return renderTable(steps, [
    { title: 'stage', of: ({ kind }) => kind },
    { title: 'key', of: ({ key }) => key.slice(0, 12) },
    { title: 'status', of: ({ status }) => status },
    { title: 'time', of: ({ seconds }) => (seconds === null ? null : formatSeconds(seconds)), align: 'right' },
    {
      title: 'memory',
      of: ({ peakMemoryBytes: peak }) => (peak === null ? null : formatBytes(peak)),
      align: 'right',
    },
  ]);
}

/** What stands at the end of a stage; the curves of a training are for `export`. */
function finalMetrics({ metrics }: TrialAccount): readonly TrialMetric[] {
  const order = new Intl.Collator('en', { numeric: true });
  return (
    metrics
      // Of the batches the end of profiling is the sum.
      .filter(({ step, stage }) => step === 0 && stage !== 'profiling-batch')
      .sort((left, right) =>
        order.compare(`${left.stage} ${left.split} ${left.name}`, `${right.stage} ${right.split} ${right.name}`),
      )
  );
}

function describe({ key, kind, status }: Stage, executions: readonly Execution[]): Omit<TrialStep, 'artifacts'> {
  const latest = executions.filter((execution) => execution.stage === key).at(-1);
  const { seconds = null, peakMemoryBytes = null } = latest?.usage ?? {};
  return { key, kind, status, seconds, peakMemoryBytes, error: latest?.error?.message ?? null };
}
