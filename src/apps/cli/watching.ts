import { hostname } from 'node:os';
import { NO_COST, sumCosts, type CallCost } from '#features/calls/domain/call-cost.ts';
import { workOf, type Execution, type Stage, type StageKey, type StageStatus } from '#features/stages/domain/stage.ts';
import type { PauseReason, Submission, SubmissionState } from '#features/submissions/domain/submission.ts';
import { countTrials, type Trial, type TrialStatus } from '#features/trials/domain/trial.ts';
import type { StageKind } from '#science/stages/stage.ts';
import type { Application } from '../application.ts';
import { stagePurposes } from './stage-purposes.ts';
import { isWorking, workersAtWork, type WorkerAtWork } from './workers-at-work.ts';

/** What a stage said, or how it failed. */
export interface StageNote {
  readonly stage: StageKey;
  readonly kind: StageKind;
  readonly purpose: string;
  readonly message: string;
}

export interface TimeLeft {
  readonly seconds: number;
  readonly basis: 'measured' | 'guessed';
}

/** How one submission stands. */
export interface WatchedSubmission {
  readonly submission: string;
  readonly experiment: string;
  readonly revision: number;
  readonly question: string;
  readonly state: SubmissionState;
  readonly reason: PauseReason | null;
  readonly trials: Readonly<Record<TrialStatus, number>>;
  readonly stages: Readonly<Record<StageStatus, number>>;
  /** Stages that ended well, a minute, over the last minutes. */
  readonly stagesPerMinute: number;
  /** `null` when nothing is left, or nobody works. */
  readonly left: TimeLeft | null;
  readonly llm: CallCost;
  /** The latest few, the last one last. */
  readonly failures: readonly StageNote[];
  readonly warnings: readonly StageNote[];
}

/** What is paused goes on only when somebody says so; what still runs of it is waited for. */
export function isOver({ state, stages }: Pick<WatchedSubmission, 'state' | 'stages'>): boolean {
  return state !== 'active' && stages.running === 0;
}

/** All that `watch` shows, at one moment. */
export interface Watch {
  readonly at: Date;
  readonly submissions: readonly WatchedSubmission[];
  /** Those that are alive, and those that vanished with work in their hands. */
  readonly workers: readonly Omit<WorkerAtWork, 'codeVersions'>[];
}

/** What the clock says and what stages of a like kind took here, for all that is watched. */
interface Ground {
  readonly now: Date;
  readonly slots: number;
  readonly seconds: (stage: Stage) => number | null;
}

/** Over how many minutes the speed is measured. */
const SPEED_MINUTES = 5;
/** How many warnings and failures are shown of each submission. */
const NOTES = 3;
/** Seconds of a stage like none that has run here. A guess, and labelled as one. */
const GUESSED_SECONDS = 1;

export async function watch(application: Application, submissions: readonly Submission[]): Promise<Watch> {
  const at = application.clock.now();
  const all = await workersAtWork(application);
  const shown = all.filter((worker) => isWorking(worker) || worker.runs.length > 0);
  const slots = all.filter(isWorking).reduce((sum, worker) => sum + worker.slots, 0);
  const { anyData } = await application.stages.meanSeconds(hostname());
  const ground: Ground = { now: at, slots, seconds: (stage) => anyData.get(workOf(stage)) ?? null };
  const watched: WatchedSubmission[] = [];
  for (const submission of submissions) watched.push(await watchOne(application, submission, ground));
  const workers = shown.map(({ id, host, pid, slots: own, status, since, seen, runs }) => {
    return { id, host, pid, slots: own, status, since, seen, runs };
  });
  return { at, submissions: watched, workers };
}

async function watchOne(application: Application, submission: Submission, ground: Ground): Promise<WatchedSubmission> {
  const { experiment, number, manifest } = await application.experiments.revisionById(submission.revision);
  const trials = await application.trials.ofRevision(submission.revision);
  const keys = [...new Set(trials.flatMap(({ stages }) => stages))];
  const stages = [...(await application.stages.findByKeys(keys)).values()];
  const executions = await application.stages.executionsOf(keys);
  const costs = await application.calls.costOf(keys);
  const { id, state, reason } = submission;
  return {
    submission: id,
    experiment,
    revision: number,
    question: manifest.question,
    state,
    reason,
    trials: countTrials(trials),
    stages: countStages(stages),
    stagesPerMinute: speedOf(executions, submission.activeSince, ground.now),
    left: state === 'active' ? timeLeft(stages, executions, ground) : null,
    llm: costs.size === 0 ? NO_COST : sumCosts([...costs.values()]),
    ...(await notesOf(application, trials, { stages, executions })),
  };
}

/** Of the last minutes; of a submission that has not gone on for so long, since then. */
export function speedOf(
  executions: readonly Pick<Execution, 'status' | 'endedAt'>[],
  activeSince: Date,
  now: Date,
): number {
  const from = Math.max(activeSince.getTime(), now.getTime() - SPEED_MINUTES * 60_000);
  const minutes = (now.getTime() - from) / 60_000;
  const ended = executions.filter(
    ({ status, endedAt }) => status === 'succeeded' && endedAt !== null && endedAt.getTime() >= from,
  );
  // The first second would make a speed of whatever has just ended.
  return ended.length / Math.max(minutes, 1 / 60);
}

/** What stages of their kind took on average, divided by all who can work; of one that runs only the rest counts. */
export function timeLeft(
  stages: readonly Stage[],
  executions: readonly Pick<Execution, 'stage' | 'status' | 'claimedAt'>[],
  { now, slots, seconds }: Ground,
): TimeLeft | null {
  const open = stages.filter(({ status }) => status === 'blocked' || status === 'ready' || status === 'running');
  if (open.length === 0 || slots === 0) return null;
  const begun = new Map(
    executions.filter(({ status }) => status === 'running').map(({ stage, claimedAt }) => [stage, claimedAt]),
  );
  const rests = open.map((stage) => {
    const since = begun.get(stage.key);
    const spent = since === undefined ? 0 : (now.getTime() - since.getTime()) / 1000;
    return Math.max(0, (seconds(stage) ?? GUESSED_SECONDS) - spent);
  });
  const total = rests.reduce((sum, rest) => sum + rest, 0);
  // However many work, no stage ends earlier than by itself.
  const least = rests.reduce((most, rest) => Math.max(most, rest), total / slots);
  return { seconds: least, basis: open.some((stage) => seconds(stage) === null) ? 'guessed' : 'measured' };
}

function countStages(stages: readonly Stage[]): WatchedSubmission['stages'] {
  const counts = { blocked: 0, ready: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 };
  for (const { status } of stages) counts[status] += 1;
  return counts;
}

async function notesOf(
  application: Application,
  trials: readonly Trial[],
  { stages, executions }: { readonly stages: readonly Stage[]; readonly executions: readonly Execution[] },
): Promise<Pick<WatchedSubmission, 'failures' | 'warnings'>> {
  const purposes = stagePurposes(trials);
  const latest = new Map(executions.map((execution) => [execution.stage, execution]));
  const failed = stages
    .filter(({ status }) => status === 'failed')
    .sort((left, right) => (left.endedAt?.getTime() ?? 0) - (right.endedAt?.getTime() ?? 0));
  const note = (stage: StageKey, kind: StageKind, message: string): StageNote => {
    return { stage, kind, purpose: purposes.get(stage) ?? '', message };
  };
  const warnings = await application.stages.warningsOf(stages.map(({ key }) => key));
  return {
    failures: failed.slice(-NOTES).map(({ key, kind }) => note(key, kind, latest.get(key)?.error?.message ?? '')),
    warnings: warnings.slice(-NOTES).map(({ stage, kind, message }) => note(stage, kind, message)),
  };
}
