import { SubmissionViewsService, type SubmissionStatus } from '#features/submissions/submission-views.service.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import type { TrackingStanding } from '#features/tracking/tracking.ts';
import type { Application } from '../../application.ts';
import { printable } from '../printable-text.ts';
import { renderTable } from '../table.ts';
import { findTarget } from '../../target.ts';
import { verb, type AddVerb, type Answer } from '../verb.ts';
import type { Server } from '../remote/server.ts';
import { farTrialAnswer, trialAnswer } from './trials.ts';

export const addStatus: AddVerb = (program, perform) => {
  const command = verb(
    'status [id]',
    'how a submission or a trial stands; without an id, all submissions',
    'sprintlab status\nsprintlab status 3f9a',
  ).action((id: string | undefined, options: { json?: boolean }) =>
    perform(
      options,
      async ({ application }) => (id === undefined ? allAnswer(application) : oneAnswer(application, id)),
      async ({ server }) => {
        const { farTarget, farSubmissions } = await import('../remote/submissions.ts');
        if (id === undefined) return listAnswer(await farSubmissions(server), await farMirror(server));
        const target = await farTarget(server, id);
        return target.kind === 'trial' ? farTrialAnswer(server, target.id) : farOneAnswer(server, target.submission);
      },
    ),
  );
  program.addCommand(command);
};

async function allAnswer(application: Application): Promise<Answer> {
  const views = new SubmissionViewsService(application);
  const submissions = await application.submissions.list();
  const items = await Promise.all(submissions.map((submission) => views.of(submission)));
  return listAnswer(items, await mirrorOf(application));
}

function listAnswer(items: readonly SubmissionStatus[], mlflow: Mirrored | null): Answer {
  const text = renderTable(items, [
    { title: 'submission', of: ({ id }) => id.slice(0, 8) },
    { title: 'experiment', of: ({ experiment, revision }) => `${experiment}@${revision}` },
    { title: 'status', of: standing },
    { title: 'trials done', of: ({ trials }) => `${trials.succeeded} of ${sum(trials)}`, align: 'right' },
    { title: 'submitted', of: ({ createdAt }) => createdAt },
  ]);
  const empty = 'Nothing was submitted yet: `sprintlab submit MANIFEST` does.';
  const lines = [items.length === 0 ? empty : text, ...mirrorLines(mlflow), ''];
  return { json: { items, next: null }, text: lines.join('\n') };
}

type Mirrored = Pick<TrackingStanding, 'url' | 'pending' | 'problem' | 'broken'>;

async function mirrorOf({ tracking }: Application): Promise<Mirrored | null> {
  if (tracking === null) return null;
  const { url, pending, problem, broken } = await tracking.standing();
  return { url, pending, problem, broken };
}

async function farMirror(server: Server): Promise<Mirrored | null> {
  const { mlflow } = await server.ask((await import('../../settings.endpoints.ts')).showSettings, {});
  if (mlflow === null) return null;
  const { url, pending, problem, broken } = mlflow;
  return { url, pending, problem, broken };
}

/** What a person who looks for a trial in MLflow should know; nothing while all is told. */
function mirrorLines(mirrored: Mirrored | null): readonly string[] {
  if (mirrored === null) return [];
  const { pending, problem, broken } = mirrored;
  return [
    ...(pending > 0
      ? [`MLflow was not told of ${pending} events yet${problem === null ? '' : `: ${printable(problem)}`}`]
      : []),
    ...(broken.length > 0 ? [`MLflow refuses ${broken.length} runs; \`sprintlab doctor\` says why`] : []),
  ];
}

async function oneAnswer(application: Application, id: string): Promise<Answer> {
  const { submission, trial: one } = await findTarget(application, id);
  if (one !== null) return trialAnswer(application, one.id);
  const status = await new SubmissionViewsService(application).of(submission);
  const trials = await application.trials.ofRevision(submission.revision);
  return submissionAnswer(status, trials, await mirrorOf(application));
}

async function farOneAnswer(server: Server, status: SubmissionStatus): Promise<Answer> {
  const { listTrials } = await import('#features/boards/http/trials.endpoints.ts');
  const experiment = `${status.experiment}@${status.revision}`;
  const { items } = await server.list(listTrials, { limit: MOST_TRIALS }, { experiment });
  return submissionAnswer(status, items, await farMirror(server));
}

/** More than a person reads. */
const MOST_TRIALS = 10_000;

function submissionAnswer(
  status: SubmissionStatus,
  trials: readonly (Pick<Trial, 'arm' | 'dataset' | 'status'> & { readonly id: string })[],
  mlflow: Mirrored | null,
): Answer {
  const lines = [
    `${status.experiment}@${status.revision}: ${standing(status)}`,
    ...(status.reason === null ? [] : [`why: ${printable(status.reason.message)}`]),
    `trials: ${words(status.trials)}`,
    `stages: ${words(status.stages)}`,
    ...mirrorLines(mlflow),
    '',
    renderTable(trials, [
      { title: 'trial', of: ({ id: trial }) => trial },
      { title: 'arm', of: ({ arm }) => arm },
      { title: 'data set', of: ({ dataset }) => dataset },
      { title: 'status', of: (trial) => trial.status },
    ]),
    '',
  ];
  return { json: { ...status, mlflow }, text: lines.join('\n') };
}

/** The one word that a person wants to see. */
function standing({ state, status }: Pick<SubmissionStatus, 'state' | 'status'>): string {
  return state === 'paused' || state === 'cancelled' ? state : status;
}

function words(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.length === 0 ? 'none' : parts.map(([status, count]) => `${count} ${status}`).join(', ');
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
