import { cpus } from 'node:os';
import { distinctStages } from '#features/experiments/domain/stage-graph.ts';
import type { SubmitResult } from '#features/submissions/submissions.service.ts';
import { whoWorks } from '../handing-over.ts';
import { naturalNumber } from '../listing.ts';
import { originOf } from '../manifest-origin.ts';
import { planToSubmit, type ToldPlan } from '../submitting.ts';
import { verb, type AddVerb, type Answer, type Workplace } from '../verb.ts';
import { planLine } from './plan.ts';

interface SubmitOptions {
  readonly json?: boolean;
  readonly approve?: boolean;
  readonly priority: number;
  readonly dryRun?: boolean;
}

export const addSubmit: AddVerb = (program, perform) => {
  const command = verb(
    'submit <manifest>',
    'hand a manifest over to whoever works on this home, and return at once',
    'sprintlab submit experiments/demo.yaml --priority 5',
  )
    .option('--approve', 'go above the `limits` of the manifest')
    .option('--priority <number>', 'larger goes first', naturalNumber, 0)
    .option('--dry-run', 'check and plan, but submit nothing')
    .action((file: string, options: SubmitOptions) =>
      perform(options, (workplace) => submitManifest(workplace, file, options)),
    );
  program.addCommand(command);
};

async function submitManifest(workplace: Workplace, file: string, options: SubmitOptions): Promise<Answer> {
  const told = await planToSubmit(workplace, file, { slots: cpus().length, approve: options.approve === true });
  const { plan, summary } = told;
  if (options.dryRun === true) return { json: summary, text: `${planLine(summary)} Nothing was submitted.\n` };
  const result = await workplace.application.submissions.submit(plan, options.priority, await originOf(file));
  return submittedAnswer(workplace, told, result);
}

async function submittedAnswer(
  { application }: Workplace,
  { plan, summary }: ToldPlan,
  { submission, revision, state }: SubmitResult,
): Promise<Answer> {
  const { experiment, number } = revision;
  const reference = `${experiment}@${number}`;
  const short = submission.id.slice(0, 8);
  const stages = distinctStages(plan.trials.map((trial) => trial.stages));
  const next =
    state === 'finished'
      ? [`All ${stages.length} stages are done: \`sprintlab compare ${reference}\` shows what came out.`]
      : [await whoWorks(application, stages), `\`sprintlab watch ${short}\` follows it.`];
  return {
    json: { submission: submission.id, experiment, revision: number, state, plan: summary },
    text: [`${reference}, submission ${submission.id}: ${STATE[state]}`, ...next, ''].join('\n'),
  };
}

const STATE = {
  new: 'new.',
  continued: 'it was submitted before, and goes on.',
  finished: 'it was submitted before, and is finished.',
} as const;
