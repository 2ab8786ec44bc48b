import type { Revision } from '#features/experiments/domain/experiment.ts';
import { primaryMetric } from '#features/experiments/domain/manifest-schema.ts';
import type { Submission } from '#features/submissions/domain/submission.ts';
import type { TrialStatus } from '#features/trials/domain/trial.ts';
import { labelTags, noteOf, type Labels } from './labels.ts';
import { hasEnded, type ProjectedFile, type RunProjection, type RunStatus } from './run.ts';
import { sourceTags } from './source-tags.ts';
import type { Asking } from './stage-facts.ts';

/** What our rows know of one submission. */
export interface SubmissionFacts {
  readonly submission: Submission;
  readonly revision: Revision;
  readonly asked: Asking;
  readonly trials: readonly TrialStatus[];
  readonly datasets: readonly string[];
  readonly labels: Labels;
}

export function submissionRun(known: SubmissionFacts): RunProjection {
  const { submission, revision, asked } = known;
  const status = STATUS[submission.state];
  const { question, report } = revision.manifest;
  const baseline = report.baseline === undefined ? {} : { 'report.baseline': report.baseline };
  return {
    subject: { kind: 'submission', id: submission.id },
    fact: asked.number,
    tagId: submission.id,
    experiment: revision.experiment,
    question,
    parent: null,
    name: `${revision.experiment}@${revision.number}`,
    startMs: asked.at.getTime(),
    status,
    endMs: hasEnded(status) ? (submission.endedAt ?? asked.at).getTime() : null,
    params: {
      experiment: revision.experiment,
      revision: String(revision.number),
      datasets: known.datasets.join(', '),
      trials: String(known.trials.length),
      'report.primary': primaryMetric(revision.manifest),
      ...baseline,
    },
    tags: tagsOf(known),
    points: [],
    inputs: [],
    files: [manifestOf(known)],
    model: null,
    profiling: null,
  };
}

/** What is paused goes on some day, and nobody works on it. A grid that has ended has, though trials of it failed. */
const STATUS: Readonly<Record<Submission['state'], RunStatus>> = {
  active: 'RUNNING',
  paused: 'SCHEDULED',
  cancelled: 'KILLED',
  finished: 'FINISHED',
};

function tagsOf(known: SubmissionFacts): Readonly<Record<string, string>> {
  const { submission, revision, asked, trials, labels } = known;
  const { question, hypotheses } = revision.manifest;
  const claims = hypotheses.map(({ id }) => id).join(', ');
  const failed = trials.filter((status) => status === 'failed').length;
  return {
    'sprintlab.kind': 'submission',
    'sprintlab.submission': submission.id,
    'sprintlab.revision': String(revision.number),
    'sprintlab.state': submission.state,
    'sprintlab.failedTrials': String(failed),
    ...(claims === '' ? {} : { 'sprintlab.hypotheses': claims }),
    ...(submission.reason === null ? {} : { 'sprintlab.reason': submission.reason.message }),
    ...labelTags(labels),
    ...sourceTags(revision, asked),
    'mlflow.note.content': noteOf([question], labels),
  };
}

function manifestOf({ revision, asked }: SubmissionFacts): ProjectedFile {
  const text = revision.source;
  const bytes = new TextEncoder().encode(text).length;
  return { path: 'manifest.yaml', bytes, fact: asked.number, content: { text } };
}
