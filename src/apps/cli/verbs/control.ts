import { cpus } from 'node:os';
import type { Source } from '#features/experiments/domain/document-reader.ts';
import type { ManifestPlan } from '#features/experiments/planning.service.ts';
import { assertCanBecome } from '#features/submissions/domain/submission.ts';
import type { Application } from '../../application.ts';
import { assertConfirmed } from '../confirmation.ts';
import { counted, whoWorks } from '../handing-over.ts';
import { planToSubmit } from '../submitting.ts';
import { stagesOfTarget } from '../../changed-code.ts';
import { describeTarget, findTarget, type Target } from '../../target.ts';
import { fulfilWish, type Wished } from '../../wishes.ts';
import { verb, type AddVerb, type Answer, type FarSite, type Perform, type Workplace } from '../verb.ts';

interface ControlOptions {
  readonly json?: boolean;
  readonly approve?: boolean;
  readonly yes?: boolean;
}

type Wish = (workplace: Workplace, target: Target, options: ControlOptions) => Promise<Answer>;

export const addControl: AddVerb = (program, perform) => {
  const pauseVerb = verb('pause <id>', 'begin nothing new of a submission or a trial', 'sprintlab pause 3f9a');
  program.addCommand(wishing(pauseVerb, perform, ['pause', pause]));
  const resumeVerb = verb('resume <id>', 'have a submission or a trial go on', 'sprintlab resume 3f9a');
  const approval = 'also beyond a limit, or with changed code as a new revision';
  program.addCommand(wishing(resumeVerb.option('--approve', approval), perform, ['resume', resume]));
  const cancelVerb = verb('cancel <id>', 'stop a submission or a trial; what is done stays', 'sprintlab cancel 3f9a');
  program.addCommand(wishing(cancelVerb.option('--yes', 'do not ask'), perform, ['cancel', cancel]));
  const retryVerb = verb('retry <id>', 'run again what has failed of a submission or a trial', 'sprintlab retry 3f9a');
  program.addCommand(wishing(retryVerb, perform, ['retry', retry]));
};

function wishing(command: ReturnType<typeof verb>, perform: Perform, [name, wish]: readonly [WishName, Wish]) {
  return command.action((id: string, options: ControlOptions) =>
    perform(
      options,
      async (workplace) => wish(workplace, await findTarget(workplace.application, id), options),
      async (site) => wishFar(site, id, { ...options, wish: name }),
    ),
  );
}

type WishName = 'pause' | 'resume' | 'cancel' | 'retry';

const FULFILLED: Readonly<Record<WishName, string>> = {
  pause: 'is paused; what runs of it may still end.',
  resume: 'goes on.',
  cancel: 'is cancelled; what is done stays.',
  retry: 'runs again what had failed.',
};

interface FarOptions extends ControlOptions {
  readonly wish: WishName;
}

async function wishFar({ server, terminal }: FarSite, idPrefix: string, options: FarOptions): Promise<Answer> {
  const { wish, approve = false, yes } = options;
  const { farTarget, targetWords } = await import('../remote/submissions.ts');
  const { wishOfSubmission, wishOfTrial } = await import('#features/submissions/http/submissions.endpoints.ts');
  const target = await farTarget(server, idPrefix);
  const words = targetWords(target);
  const loss = `${words} would be cancelled; the work of what runs of it may be lost. Cancel it?`;
  if (wish === 'cancel') await assertConfirmed(terminal, loss, yes);
  const [route, id] = target.kind === 'trial' ? [wishOfTrial, target.id] : [wishOfSubmission, target.submission.id];
  const wished = await server.ask(route, { params: { id, wish }, body: { approve } });
  const { submission, experiment, revision, replaces } = wished;
  if (replaces === null) return { json: wished, text: `${words} ${FULFILLED[wish]}\n` };
  const instead = `${experiment}@${revision}, submission ${submission}: takes the place of submission ${shortened(replaces)}.`;
  return { json: wished, text: `${instead}\n` };
}

const pause: Wish = async ({ application }, target) => {
  const wished = await fulfilWish.pause(application, target, UNAPPROVED);
  const running = await runningOf(application, target);
  const rest = running === 0 ? 'Nothing of it runs.' : `${counted(running, 'stage')} of it may still end.`;
  return answerFor(application, target, wished, `is paused. ${rest} \`sprintlab resume ${shortId(target)}\` goes on.`);
};

const resume: Wish = async (workplace, target, { approve = false }) => {
  const { application } = workplace;
  const plan = async (manifest: Source): Promise<ManifestPlan> =>
    (await planToSubmit(workplace, manifest, { slots: cpus().length, approve })).plan;
  const wished = await fulfilWish.resume(application, target, { approve, plan });
  if (wished.replaces !== null) return replacedAnswer(application, wished);
  return answerFor(application, target, wished, `goes on.\n${await workforceFor(application, target)}`);
};

const cancel: Wish = async ({ application, terminal }, target, { yes }) => {
  const { submission, trial } = target;
  if (trial === null) assertCanBecome(submission, 'cancelled', 'cancel');
  const running = await runningOf(application, target);
  const loss = running === 0 ? 'nothing of it runs' : `the work of ${counted(running, 'running stage')} may be lost`;
  // What has ended is refused below; there is nothing to be asked about it.
  const isOpen = trial === null || trial.status === 'queued' || trial.status === 'running';
  const what = await describeTarget(application, target);
  if (isOpen) await assertConfirmed(terminal, `${what} would be cancelled; ${loss}. Cancel it?`, yes);
  const wished = await fulfilWish.cancel(application, target, UNAPPROVED);
  return answerFor(application, target, wished, `is cancelled; what is done stays.`);
};

const retry: Wish = async ({ application }, target) => {
  const wished = await fulfilWish.retry(application, target, UNAPPROVED);
  const workforce = await workforceFor(application, target);
  return answerFor(application, target, wished, `runs again what had failed.\n${workforce}`);
};

const UNAPPROVED = { approve: false };

async function replacedAnswer(application: Application, wished: Wished): Promise<Answer> {
  const { submission, experiment, revision, replaces } = wished;
  const own = await findTarget(application, submission);
  const lines = [
    `${experiment}@${revision}, submission ${submission}: takes the place of submission ${shortened(replaces ?? '')}; what that has done stays.`,
    await workforceFor(application, own),
    `\`sprintlab watch ${shortened(submission)}\` follows it.`,
  ];
  return { json: wished, text: `${lines.join('\n')}\n` };
}

async function answerFor(application: Application, target: Target, wished: Wished, sentence: string): Promise<Answer> {
  return { json: wished, text: `${await describeTarget(application, target)} ${sentence}\n` };
}

async function workforceFor(application: Application, target: Target): Promise<string> {
  const stages = await stagesOfTarget(application, target);
  return whoWorks(
    application,
    stages.filter(({ status }) => status !== 'succeeded'),
  );
}

async function runningOf(application: Application, target: Target): Promise<number> {
  const stages = await stagesOfTarget(application, target);
  return stages.filter(({ status }) => status === 'running').length;
}

function shortId({ submission, trial }: Target): string {
  return trial?.id ?? shortened(submission.id);
}

function shortened(id: string): string {
  return id.slice(0, 8);
}
