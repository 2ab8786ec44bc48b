import type { Revision } from '#features/experiments/domain/experiment.ts';
import type { Submission } from '#features/submissions/domain/submission.ts';
import { trialStatus } from '#features/trials/domain/trial.ts';
import { flatSettings } from './flat-settings.ts';
import { labelTags, noteOf, type Labels } from './labels.ts';
import { hasEnded, type RunProjection, type RunStatus } from './run.ts';
import { sourceTags } from './source-tags.ts';
import { filesOf, namedStages, pointsOf, type Asking, type StageFacts } from './stage-facts.ts';

/** What our rows know of one profiling: a chain of batches, with the pool and the probes that it was the first to need. */
export interface ProfilingFacts {
  /** Key of the stage that begins it. */
  readonly id: string;
  readonly submission: Submission;
  readonly revision: Revision;
  readonly asked: Asking;
  /** Pool and probes before the batches, each in the order of the chain. */
  readonly stages: readonly StageFacts[];
  readonly labels: Labels;
}

export function profilingRun(known: ProfilingFacts): RunProjection {
  const { id, submission, revision, asked, stages, labels } = known;
  const status = STATUS[trialStatus(stages.map(({ stage }) => stage.status))];
  const named = namedStages(stages);
  const first = stages.find(({ stage }) => stage.key === id);
  const parameters = first?.stage.parameters ?? {};
  const { from, to, ...settings } = parameters;
  return {
    subject: { kind: 'profiling', id },
    fact: asked.number,
    tagId: `${submission.id}/profiling/${id.slice(0, 16)}`,
    experiment: revision.experiment,
    question: revision.manifest.question,
    parent: { kind: 'submission', id: submission.id },
    name: `profiling ${id.slice(0, 8)}`,
    startMs: asked.at.getTime(),
    status: isBetween(status, stages) ? 'RUNNING' : status,
    endMs: hasEnded(status) ? endOf(known) : null,
    params: flatSettings(settings),
    tags: {
      'sprintlab.kind': 'profiling',
      'sprintlab.submission': submission.id,
      'sprintlab.revision': String(revision.number),
      'sprintlab.stage': id,
      ...(from === undefined || to === undefined
        ? {}
        : { 'sprintlab.batch': `${JSON.stringify(from)}-${JSON.stringify(to)}` }),
      ...labelTags(labels),
      ...sourceTags(revision, asked),
      'mlflow.note.content': noteOf([revision.manifest.question, NOTE], labels),
    },
    points: named.flatMap((stage) => pointsOf(stage, asked)),
    inputs: [],
    files: named.flatMap((stage) =>
      filesOf(stage, '', asked).map((file) => ({ ...file, path: inItsFolder(file.path, stage.facts) })),
    ),
    model: null,
    profiling: null,
  };
}

const NOTE =
  'The profiling of the hard sessions: a trace for each, a span for each LLM call. Trials name it in `sprintlab.profilingRun`.';

const STATUS: Readonly<Record<ReturnType<typeof trialStatus>, RunStatus>> = {
  queued: 'SCHEDULED',
  running: 'RUNNING',
  succeeded: 'FINISHED',
  failed: 'FAILED',
  cancelled: 'KILLED',
};

function isBetween(status: RunStatus, stages: readonly StageFacts[]): boolean {
  return status === 'SCHEDULED' && stages.some(({ stage }) => stage.status === 'succeeded');
}

function endOf({ asked, stages }: ProfilingFacts): number {
  return Math.max(asked.at.getTime(), ...stages.map(({ stage }) => stage.endedAt?.getTime() ?? 0));
}

/** Two batches may begin at one session, where a ratio ends inside of a batch: their keys tell them apart. */
function inItsFolder(path: string, { stage }: StageFacts): string {
  return path.replace('/', `-${stage.key.slice(0, 8)}/`);
}
