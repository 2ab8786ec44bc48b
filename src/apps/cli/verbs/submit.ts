import { cpus } from 'node:os';
import { distinctStages } from '#features/experiments/domain/stage-graph.ts';
import type { PlanSummary } from '#features/experiments/domain/plan-summary.ts';
import type { SubmittedAnswer } from '#features/submissions/http/submissions.schema.ts';
import { formatPlace } from '#kernel/domain-error.ts';
import type { SubmitResult } from '#features/submissions/submissions.service.ts';
import { whoWorks } from '../handing-over.ts';
import { naturalNumber } from '../listing.ts';
import { originOf } from '../manifest-origin.ts';
import { planToSubmit, type ToldPlan } from '../submitting.ts';
import { say } from '../terminal.ts';
import { verb, type AddVerb, type Answer, type FarSite, type Workplace } from '../verb.ts';
import { planLine } from './plan.ts';

interface SubmitOptions {
  readonly json?: boolean;
  readonly approve?: boolean;
  readonly priority?: number;
  readonly dryRun?: boolean;
}

export const addSubmit: AddVerb = (program, perform) => {
  const command = verb(
    'submit <manifest>',
    'hand a manifest over to whoever works on this home, and return at once',
    'sprintlab submit experiments/demo.yaml --priority 5',
  )
    .option('--approve', 'go above the `limits` of the manifest')
    .option('--priority <number>', 'larger goes first (default: 0, or what it was)', naturalNumber)
    .option('--dry-run', 'check and plan, but submit nothing')
    .action((file: string, options: SubmitOptions) =>
      perform(
        options,
        (workplace) => submitManifest(workplace, file, options),
        (site) => submitFar(site, file, options),
      ),
    );
  program.addCommand(command);
};

async function submitManifest(workplace: Workplace, file: string, options: SubmitOptions): Promise<Answer> {
  const isApproved = options.approve === true;
  const told = await planToSubmit(workplace, file, { slots: cpus().length, approve: isApproved });
  const { plan, summary } = told;
  if (options.dryRun === true) return { json: summary, text: `${planLine(summary)} Nothing was submitted.\n` };
  const request = { urgency: options.priority ?? null, origin: await originOf(file), isApproved };
  const result = await workplace.application.submissions.submit(plan, request);
  return submittedAnswer(workplace, told, result);
}

async function submittedAnswer(
  { application }: Workplace,
  { plan, summary }: ToldPlan,
  { submission, revision, state }: SubmitResult,
): Promise<Answer> {
  const stages = distinctStages(plan.trials.map((trial) => trial.stages));
  const workforce = state === 'finished' ? [] : [await whoWorks(application, stages)];
  const { experiment, number } = revision;
  const answer = { submission: submission.id, experiment, revision: number, state, plan: summary };
  return { json: answer, text: submittedText(answer, workforce) };
}

async function submitFar({ server, terminal }: FarSite, file: string, options: SubmitOptions): Promise<Answer> {
  const { dryRun = false, approve = false, priority } = options;
  const { farPlan, manifestToSend, routes } = await import('../remote/manifests.ts');
  const plan = await farPlan(server, file);
  for (const place of plan.warnings) say(terminal, `warning: ${formatPlace(place)}`);
  if (dryRun) return { json: plan, text: `${planLine(plan)} Nothing was submitted.\n` };
  say(terminal, `${plan.experiment}: ${planLine(plan)}`);
  const body = { ...manifestToSend(file), approve, priority };
  const answer = await server.ask((await routes()).submit, { body });
  return { json: answer, text: submittedText(answer, []) };
}

type Submitted = Pick<SubmittedAnswer, 'submission' | 'experiment' | 'revision' | 'state'> & {
  readonly plan: Pick<PlanSummary, 'stages'>;
};

function submittedText(
  { submission, experiment, revision, state, plan }: Submitted,
  workforce: readonly string[],
): string {
  const reference = `${experiment}@${revision}`;
  const next =
    state === 'finished'
      ? [`All ${plan.stages.distinct} stages are done: \`sprintlab compare ${reference}\` shows what came out.`]
      : [...workforce, `\`sprintlab watch ${submission.slice(0, 8)}\` follows it.`];
  return [`${reference}, submission ${submission}: ${STATE[state]}`, ...next, ''].join('\n');
}

const STATE = {
  new: 'new.',
  continued: 'it was submitted before, and goes on.',
  finished: 'it was submitted before, and is finished.',
} as const;
