import type { CallCost } from '#features/calls/domain/call-cost.ts';
import type { StageStatus } from '#features/stages/domain/stage.ts';
import { counted } from './handing-over.ts';
import { printable } from './printable-text.ts';
import { formatCount, formatSeconds } from './table.ts';
import type { StageNote, TimeLeft, Watch, WatchedSubmission } from './watching.ts';
import { runningWords } from './workers-at-work.ts';

/** Cells of a bar. */
const BAR = 40;

/** In the order of the bar: what is done, what goes on, what waits, what went wrong. */
const CELLS: readonly (readonly [cell: string, ...statuses: readonly StageStatus[]])[] = [
  ['█', 'succeeded'],
  ['▓', 'running'],
  ['░', 'ready', 'blocked'],
  ['·', 'cancelled'],
  ['×', 'failed'],
];

/** The whole picture, line by line. */
export function watchLines({ at, submissions, workers }: Watch): readonly string[] {
  const clock = at.toISOString().slice(11, 19);
  return [
    ...submissions.flatMap((submission) => [...submissionLines(submission), '']),
    workers.length === 0 ? 'No worker is alive.' : `${counted(workers.length, 'worker')}, at ${clock} UTC:`,
    ...workers.flatMap((worker) => [
      `  ${worker.host}:${worker.pid}, ${counted(worker.slots, 'slot')}${worker.status === 'gone' ? ', GONE' : ''}`,
      ...(worker.runs.length === 0 ? ['    idle'] : worker.runs.map((run) => `    ${runningWords(run)}`)),
    ]),
  ];
}

type Standing = Pick<
  WatchedSubmission,
  'submission' | 'experiment' | 'revision' | 'state' | 'reason' | 'stages' | 'trials'
>;

/** The same in one line, for where nothing can be drawn over. It changes only when a stage or the submission does. */
export function watchLine(standing: Standing): string {
  const { submission, experiment, revision, state, reason, stages, trials } = standing;
  const why = reason === null ? '' : ` (${printable(reason.message)})`;
  return (
    `${experiment}@${revision} ${submission.slice(0, 8)}: ${state}${why}; ${stageWords(stages)}; ` +
    `trials: ${trials.succeeded} of ${sum(trials)} done, ${trials.failed} failed`
  );
}

export function noteLine(label: 'failed' | 'warning', { kind, purpose, message }: StageNote): string {
  return `${label}: ${kind} ${purpose}: ${printable(message)}`;
}

function submissionLines(watched: WatchedSubmission): readonly string[] {
  const { submission, experiment, revision, question, state, reason, stages, trials } = watched;
  const others = trials.cancelled === 0 ? '' : `, ${trials.cancelled} cancelled`;
  return [
    `${experiment}@${revision}, submission ${submission.slice(0, 8)}: ${state}`,
    printable(question),
    ...(reason === null ? [] : [`why: ${printable(reason.message)}`]),
    `${bar(stages)}  ${stageWords(stages)}`,
    `trials   ${trials.succeeded} of ${sum(trials)} done, ${trials.failed} failed${others}`,
    ...speedLines(watched),
    ...costLines(watched.llm),
    ...watched.failures.map((note) => noteLine('failed', note)),
    ...watched.warnings.map((note) => noteLine('warning', note)),
  ];
}

/** A cell at least of whatever there is; what rounding leaves over goes to what there is most of. */
export function bar(stages: Readonly<Record<StageStatus, number>>): string {
  const counts = CELLS.map(([, ...statuses]) => statuses.reduce((total, status) => total + stages[status], 0));
  const total = Math.max(1, sum(stages));
  const lengths = counts.map((count) => (count === 0 ? 0 : Math.max(1, Math.floor((count / total) * BAR))));
  const most = counts.indexOf(Math.max(...counts));
  const spare = BAR - lengths.reduce((length, one) => length + one, 0);
  return CELLS.map(([cell], index) => cell.repeat((lengths[index] ?? 0) + (index === most ? spare : 0))).join('');
}

function stageWords(stages: Readonly<Record<StageStatus, number>>): string {
  const { succeeded, ready, blocked } = stages;
  const others = [
    ...(['running', 'failed', 'cancelled'] as const).map((status) => [stages[status], status] as const),
    [ready + blocked, 'waiting'] as const,
  ];
  const words = others.filter(([count]) => count > 0).map(([count, what]) => `, ${formatCount(count)} ${what}`);
  return `${formatCount(succeeded)} of ${formatCount(sum(stages))} stages${words.join('')}`;
}

function speedLines({ state, stagesPerMinute, left }: WatchedSubmission): readonly string[] {
  if (state !== 'active') return [];
  return [`speed    ${stagesPerMinute.toFixed(1)} stages a minute; ${timeWords(left)}`];
}

function timeWords(left: TimeLeft | null): string {
  if (left === null) return 'nobody works on it';
  if (left.seconds === 0) return 'what runs takes longer than was expected';
  return `about ${formatSeconds(left.seconds)} left (${left.basis})`;
}

function costLines({ calls, paidCalls, simulatedCalls, promptTokens, completionTokens, usd }: CallCost): string[] {
  if (calls === 0) return [];
  const label = simulatedCalls > 0 ? ' (SIMULATED)' : '';
  const tokens = formatCount(promptTokens + completionTokens);
  return [
    `LLM      ${formatCount(calls)} calls, ${formatCount(paidCalls)} of them paid; ${tokens} tokens, $${usd.toFixed(2)}${label}`,
  ];
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
