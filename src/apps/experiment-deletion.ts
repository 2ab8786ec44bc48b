import type { Revision } from '#features/experiments/domain/experiment.ts';
import { ExperimentIsRunningError, NEXT_STATE } from '#features/submissions/domain/submission.ts';
import type { Application } from './application.ts';
import { livingWorkers } from './living-workers.ts';

/**
 * Forgets an experiment with its revisions and trials; artifacts stay.
 * @throws ExperimentNotFoundError; ExperimentIsRunningError while somebody works on it
 */
export async function deleteExperiment(application: Application, name: string): Promise<void> {
  await letGo(application, name, await application.experiments.revisionsOf(name));
  await application.experiments.delete(name);
}

/**
 * Cancels what is left of an experiment, so that nobody does in vain what nobody wants.
 * @throws ExperimentIsRunningError while somebody works on it: a run whose rows are gone could record nothing.
 */
async function letGo(application: Application, name: string, revisions: readonly Revision[]): Promise<void> {
  const ids = new Set(revisions.map(({ id }) => id));
  const own = (await application.submissions.list()).filter(({ revision }) => ids.has(revision));
  const hasWorkers = (await livingWorkers(application)).length > 0;
  for (const { id, state } of own) {
    const isTakenUp = state === 'active' && hasWorkers;
    if (isTakenUp || (await application.stages.countByStatus(id)).running > 0) throw new ExperimentIsRunningError(name);
  }
  for (const { id, state } of own) if (NEXT_STATE[state].includes('cancelled')) await application.control.cancel(id);
}
