import { distinctStages } from '#features/experiments/domain/stage-graph.ts';
import type { Source } from '#features/experiments/domain/document-reader.ts';
import type { Stage } from '#features/stages/domain/stage.ts';
import { changedKinds, CodeChangedError, type Resubmission } from '#features/submissions/domain/code-change.ts';
import { NEXT_STATE } from '#features/submissions/domain/submission.ts';
import type { ManifestPlan } from '#features/experiments/planning.service.ts';
import type { SubmitResult } from '#features/submissions/submissions.service.ts';
import type { Application } from './application.ts';
import { livingWorkers } from './living-workers.ts';
import type { Target } from './target.ts';

/** The distinct stages of a submission, or of one trial of it. */
export async function stagesOfTarget(
  application: Application,
  { submission, trial }: Target,
): Promise<readonly Stage[]> {
  const trials = trial === null ? await application.trials.ofRevision(submission.revision) : [trial];
  const keys = new Set(trials.flatMap(({ stages }) => stages));
  return [...(await application.stages.findByKeys([...keys])).values()];
}

/** @throws CodeChangedError where what is left can be run by nobody, since its code is another by now. */
export async function assertCodeIsSame(application: Application, target: Target): Promise<void> {
  const stages = await stagesOfTarget(application, target);
  const workers = await livingWorkers(application);
  const { codeVersions } = application.identity;
  const others = workers.map((worker) => worker.codeVersions);
  const changed = changedKinds(stages, codeVersions, others);
  if (changed.length === 0) return;
  throw new CodeChangedError(target.submission.id, changed, await resubmissionOf(application, target));
}

/**
 * Submits what a submission asked for again, as a new revision with the code of this build, and lets what was left of the old one
 * go. What is done stays.
 * @param plan of `keptManifest`
 */
export async function submitAgain(application: Application, target: Target, plan: ManifestPlan): Promise<SubmitResult> {
  const result = await application.submissions.submitAgain(target.submission.id, plan);
  const { id, state } = await application.submissions.get(target.submission.id);
  // After the new one was recorded: what both want goes on.
  if (NEXT_STATE[state].includes('cancelled')) await application.control.cancel(id);
  return result;
}

async function resubmissionOf(application: Application, target: Target): Promise<Resubmission> {
  const plan = await application.planning.plan(await keptManifest(application, target));
  const planned = new Set(distinctStages(plan.trials.map(({ stages }) => stages)).map(({ key }) => key));
  const known = await application.stages.findByKeys([...planned]);
  const done = [...known.values()].filter(({ status }) => status === 'succeeded').length;
  const before = await stagesOfTarget(application, { ...target, trial: null });
  const repeated = before.filter(({ key, status }) => status === 'succeeded' && !planned.has(key)).length;
  return { toRun: planned.size - done, repeated };
}

/** The manifest of a submission, its bases merged into it. */
export async function keptManifest({ experiments }: Application, { submission }: Target): Promise<Source> {
  const { experiment, number, source } = await experiments.revisionById(submission.revision);
  return { file: `${experiment}@${number}`, text: source };
}
