import type { TrialDetailAnswer } from '#features/boards/http/trials.schema.ts';
import type { TrialCost } from '#features/calls/domain/call-cost.ts';
import type { Strata } from '#science/metrics/strata.ts';
import { costLines, warningLines } from './stage-notes.ts';
import { strataText } from './strata-text.ts';
import { formatBytes, formatSeconds, renderTable } from './table.ts';
import { printable } from './printable-text.ts';

type Step = Pick<
  TrialDetailAnswer['stages'][number],
  'key' | 'kind' | 'status' | 'seconds' | 'peakMemoryBytes' | 'error'
>;
type Metric = Omit<TrialDetailAnswer['metrics'][number], 'stageKey'>;

/** Of a home, or as a server tells it. */
interface ShownTrial extends Pick<
  TrialDetailAnswer,
  'id' | 'experiment' | 'revision' | 'arm' | 'dataset' | 'status' | 'primary'
> {
  readonly stages: readonly (Step & {
    readonly artifacts: readonly Readonly<TrialDetailAnswer['stages'][number]['artifacts'][number]>[];
  })[];
  readonly metrics: readonly Metric[];
  readonly warnings: Parameters<typeof warningLines>[0];
  readonly llm: TrialCost;
  readonly strata: Strata | null;
}

export function trialText(trial: ShownTrial): string {
  const errors = trial.stages.flatMap(({ kind, error }) => (error === null ? [] : [printable(`${kind}: ${error}`)]));
  const logs = trial.stages
    .filter(({ status }) => status === 'failed')
    .map(({ key, kind }) => `What ${kind} said: \`sprintlab stages log ${key.slice(0, 12)}\`.`);
  const artifacts = trial.stages.flatMap(({ kind, artifacts: own }) => own.map((artifact) => ({ kind, ...artifact })));
  return [
    printable(
      `trial ${trial.id}: ${trial.arm} on ${trial.dataset} (${trial.experiment}@${trial.revision}), ${trial.status}`,
    ),
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

function stepTable(steps: readonly Step[]): string {
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
function finalMetrics({ metrics }: Pick<ShownTrial, 'metrics'>): readonly Metric[] {
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
