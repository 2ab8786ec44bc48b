import type { SubmissionStatus } from '#features/submissions/submission-views.service.ts';
import { isDomainError } from '#kernel/domain-error.ts';
import { routes } from './manifests.ts';
import type { Server } from './server.ts';

/** Everything that was submitted, newest first, as far as a person reads. */
const MOST = 1_000;

/** What an id means to a server: a submission, or one trial of it. */
export type FarTarget =
  | { readonly kind: 'submission'; readonly submission: SubmissionStatus }
  | { readonly kind: 'trial'; readonly id: string; readonly submission: string | null; readonly words: string };

export async function farSubmissions(server: Server, filter?: string): Promise<readonly SubmissionStatus[]> {
  const { listSubmissions } = await routes();
  return (await server.list(listSubmissions, { limit: MOST, ...(filter === undefined ? {} : { filter }) })).items;
}

export async function farSubmission(server: Server, id: string): Promise<SubmissionStatus> {
  return server.ask((await routes()).showSubmission, { params: { id } });
}

/** @throws the refusal of the server for what is neither, or could be both */
export async function farTarget(server: Server, id: string): Promise<FarTarget> {
  try {
    return { kind: 'submission', submission: await farSubmission(server, id) };
  } catch (error) {
    if (!isDomainError(error) || error.code !== 'SUBMISSION_NOT_FOUND') throw error;
    const { showTrial } = await import('#features/boards/http/trials.endpoints.ts');
    const trial = await server.ask(showTrial, { params: { id } }).catch((of: unknown) => {
      throw isDomainError(of) && of.code === 'TRIAL_NOT_FOUND' ? error : of;
    });
    return {
      kind: 'trial',
      id: trial.id,
      submission: trial.submission,
      words: `Trial ${trial.id} (${trial.arm} on ${trial.dataset})`,
    };
  }
}

/** The submission that an id means, or to which the trial belongs that it means. */
export async function farSubmissionOf(server: Server, id: string): Promise<SubmissionStatus> {
  const target = await farTarget(server, id);
  return target.kind === 'submission' ? target.submission : farSubmission(server, target.submission ?? id);
}

export function targetWords(target: FarTarget): string {
  if (target.kind === 'trial') return target.words;
  const { id, experiment, revision } = target.submission;
  return `Submission ${id.slice(0, 8)} (${experiment}@${revision})`;
}
