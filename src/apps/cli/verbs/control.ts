import { cpus } from 'node:os';
import { CodeChangedError } from '#features/submissions/domain/code-change.ts';
import { ApprovalNeededError, assertCanBecome } from '#features/submissions/domain/submission.ts';
import type { Application } from '../../application.ts';
import { assertConfirmed } from '../confirmation.ts';
import { counted, whoWorks } from '../handing-over.ts';
import { planToSubmit } from '../submitting.ts';
import { assertCodeIsSame, keptManifest, stagesOfTarget, submitAgain } from '../../changed-code.ts';
import { describeTarget, findTarget, type Target } from '../../target.ts';
import { verb, type AddVerb, type Answer, type Perform, type Workplace } from '../verb.ts';
import { submittedAnswer } from './submit.ts';

interface ControlOptions {
  readonly json?: boolean;
  readonly approve?: boolean;
  readonly yes?: boolean;
}

type Wish = (workplace: Workplace, target: Target, options: ControlOptions) => Promise<Answer>;

export const addControl: AddVerb = (program, perform) => {
  const pauseVerb = verb('pause <id>', 'begin nothing new of a submission or a trial', 'sprintlab pause 3f9a');
  program.addCommand(wishing(pauseVerb, perform, pause));
  const resumeVerb = verb('resume <id>', 'have a submission or a trial go on', 'sprintlab resume 3f9a');
  const approval = 'also beyond a limit, or with changed code as a new revision';
  program.addCommand(wishing(resumeVerb.option('--approve', approval), perform, resume));
  const cancelVerb = verb('cancel <id>', 'stop a submission or a trial; what is done stays', 'sprintlab cancel 3f9a');
  program.addCommand(wishing(cancelVerb.option('--yes', 'do not ask'), perform, cancel));
  const retryVerb = verb('retry <id>', 'run again what has failed of a submission or a trial', 'sprintlab retry 3f9a');
  program.addCommand(wishing(retryVerb, perform, retry));
};

function wishing(command: ReturnType<typeof verb>, perform: Perform, wish: Wish) {
  return command.action((id: string, options: ControlOptions) =>
    perform(options, async (workplace) => wish(workplace, await findTarget(workplace.application, id), options)),
  );
}

const pause: Wish = async ({ application }, target) => {
  const { submission, trial } = target;
  if (trial === null) await application.control.pause(submission.id);
  else await application.control.pauseTrial(submission.id, trial);
  const { running } = await stateCounts(application, target);
  const rest = running === 0 ? 'Nothing of it runs.' : `${counted(running, 'stage')} of it may still end.`;
  return answerFor(application, target, `is paused. ${rest} \`sprintlab resume ${shortId(target)}\` goes on.`);
};

const resume: Wish = async (workplace, target, { approve }) => {
  const { application } = workplace;
  try {
    await assertCodeIsSame(application, target);
  } catch (error) {
    if (approve === true && error instanceof CodeChangedError) return replace(workplace, target);
    throw error;
  }
  assertApproved(target, approve);
  const { submission, trial } = target;
  if (trial === null) await application.control.resume(submission.id);
  else await application.control.resumeTrial(submission.id, trial);
  return answerFor(application, target, `goes on.\n${await workforceFor(application, target)}`);
};

const cancel: Wish = async ({ application, terminal }, target, { yes }) => {
  const { submission, trial } = target;
  if (trial === null) assertCanBecome(submission, 'cancelled', 'cancel');
  const { running } = await stateCounts(application, target);
  const loss = running === 0 ? 'nothing of it runs' : `the work of ${counted(running, 'running stage')} may be lost`;
  // What has ended is refused below; there is nothing to be asked about it.
  const isOpen = trial === null || trial.status === 'queued' || trial.status === 'running';
  const what = await describeTarget(application, target);
  if (isOpen) await assertConfirmed(terminal, `${what} would be cancelled; ${loss}. Cancel it?`, yes);
  if (trial === null) await application.control.cancel(submission.id);
  else await application.control.cancelTrial(submission.id, trial);
  return answerFor(application, target, `is cancelled; what is done stays.`);
};

const retry: Wish = async ({ application }, target) => {
  const { submission, trial } = target;
  const stages = await stagesOfTarget(application, target);
  if (stages.some(({ status }) => status === 'failed')) {
    await assertCodeIsSame(application, target);
    assertApproved(target, false);
  }
  if (trial === null) await application.control.retry(submission.id);
  else await application.control.retryTrial(submission.id, trial);
  return answerFor(application, target, `runs again what had failed.\n${await workforceFor(application, target)}`);
};

/** The manifest again, with the code of this build. */
async function replace(workplace: Workplace, target: Target): Promise<Answer> {
  const source = await keptManifest(workplace.application, target);
  const told = await planToSubmit(workplace, source, { slots: cpus().length, approve: true });
  const result = await submitAgain(workplace.application, target, told.plan);
  const { text } = await submittedAnswer(workplace, told, result);
  const { submission, revision } = result;
  return {
    json: {
      submission: submission.id,
      experiment: revision.experiment,
      revision: revision.number,
      trial: null,
      state: submission.state,
      replaces: target.submission.id,
    },
    text: `${text}It takes the place of submission ${target.submission.id.slice(0, 8)}; what that has done stays.\n`,
  };
}

async function answerFor(application: Application, target: Target, sentence: string): Promise<Answer> {
  const { id, revision, state } = await application.submissions.get(target.submission.id);
  const { experiment, number } = await application.experiments.revisionById(revision);
  const trial = target.trial?.id ?? null;
  return {
    json: { submission: id, experiment, revision: number, trial, state, replaces: null },
    text: `${await describeTarget(application, target)} ${sentence}\n`,
  };
}

/** @throws ApprovalNeededError where it stopped at a limit, and nobody says that it may go on. */
function assertApproved({ submission: { id, reason } }: Target, approve: boolean | undefined): void {
  if (reason?.code === 'HOURS' && approve !== true) throw new ApprovalNeededError(id, reason);
}

async function workforceFor(application: Application, target: Target): Promise<string> {
  const stages = await stagesOfTarget(application, target);
  return whoWorks(
    application,
    stages.filter(({ status }) => status !== 'succeeded'),
  );
}

async function stateCounts(application: Application, target: Target): Promise<{ readonly running: number }> {
  const stages = await stagesOfTarget(application, target);
  return { running: stages.filter(({ status }) => status === 'running').length };
}

function shortId({ submission, trial }: Target): string {
  return trial?.id ?? submission.id.slice(0, 8);
}
