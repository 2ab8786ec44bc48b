import { cpus } from 'node:os';
import type { ManifestPlan } from '#features/experiments/planning.service.ts';
import type { SubmitResult } from '#features/submissions/submissions.service.ts';
import type { RunNews, RunOutcome } from '#features/scheduling/submission-runner.ts';
import { comparisonText } from '../comparison-text.ts';
import { EXIT } from '../exit-codes.ts';
import { wholeNumber } from '../listing.ts';
import { originOf } from '../manifest-origin.ts';
import { RunProgressView } from '../progress.ts';
import { planToSubmit } from '../submitting.ts';
import { say } from '../terminal.ts';
import { mirroredRun } from '../mirrored-run.ts';
import { formatSeconds } from '../table.ts';
import { verb, type AddVerb, type Answer, type Workplace } from '../verb.ts';
import { planLine } from './plan.ts';

interface RunOptions {
  readonly json?: boolean;
  readonly workers?: number;
  readonly dryRun?: boolean;
  readonly approve?: boolean;
}

export const addRun: AddVerb = (program, perform) => {
  const command = verb(
    'run <manifest>',
    'run a manifest here to its comparison; what is done already is not done again',
    'sprintlab run experiments/demo.yaml --workers 2',
  )
    .option('--workers <count>', 'stages at once (default: the number of cores)', wholeNumber)
    .option('--approve', 'also above the limits of the manifest')
    .option('--dry-run', 'check and plan, but run nothing')
    .action((file: string, options: RunOptions) =>
      perform(
        options,
        (workplace) => runManifest(workplace, file, options),
        async (site) => (await import('../remote/run.ts')).runFar(site, file, options),
      ),
    );
  program.addCommand(command);
};

async function runManifest(workplace: Workplace, file: string, options: RunOptions): Promise<Answer> {
  const { application, terminal } = workplace;
  const slots = options.workers ?? cpus().length;
  const { plan, summary } = await planToSubmit(workplace, file, { slots, approve: options.approve === true });
  if (options.dryRun === true) return { json: summary, text: `${planLine(summary)} Nothing was run.\n` };

  const startedAt = performance.now();
  const submitted = await application.submissions.submit(plan, {
    origin: await originOf(file),
    isApproved: options.approve === true,
  });
  const view = new RunProgressView(terminal, plan.trials, summary.stages.cached);
  const request = { slots, signal: workplace.signal, onNews: (news: RunNews) => view.hear(news) };
  let seconds = 0;
  const outcome = await mirroredRun(workplace, async () => {
    const done = await application.runner.run(submitted.submission, request).finally(() => view.stop());
    seconds = (performance.now() - startedAt) / 1000;
    return done;
  });
  return answerOf(workplace, { plan, submitted, outcome, seconds });
}

interface Finished {
  readonly plan: ManifestPlan;
  readonly submitted: SubmitResult;
  readonly outcome: RunOutcome;
  readonly seconds: number;
}

async function answerOf({ application, terminal }: Workplace, finished: Finished): Promise<Answer> {
  const { submitted, outcome, seconds } = finished;
  const stages = countStages(finished);
  const keys = [...new Set(finished.plan.trials.flatMap((trial) => trial.stages.map(({ key }) => key)))];
  const warnings = await application.stages.warningsOf(keys);
  say(terminal, closingLine(finished, stages));
  if (warnings.length > 0) say(terminal, warningsLine(warnings.length));
  const comparison = await application.comparisons.ofRevision(submitted.revision);
  return {
    json: {
      submission: submitted.submission.id,
      experiment: submitted.revision.experiment,
      revision: submitted.revision.number,
      trials: outcome.trials,
      stages,
      seconds,
      stopped: outcome.stopped,
      comparison,
    },
    text: outcome.trials.succeeded === 0 ? '' : `\n${comparisonText(comparison, 'table')}`,
    exitCode: exitCodeOfRun(outcome),
  };
}

function countStages({ plan, outcome }: Finished) {
  const keys = plan.trials.flatMap(({ stages }) => stages.map(({ key }) => key));
  const distinct = new Set(keys).size;
  // What did not run (it failed, or the run was stopped) was not reused either.
  const done = outcome.done;
  return { total: keys.length, distinct, executed: outcome.executed, reused: done - outcome.executed };
}

function closingLine({ submitted, outcome, seconds }: Finished, stages: ReturnType<typeof countStages>): string {
  const { experiment, number } = submitted.revision;
  if (outcome.stopped !== null) {
    const command = outcome.stopped === 'hours' ? 'the same command with --approve' : 'the same command';
    return `${STOPPED[outcome.stopped]} ${outcome.done} of ${stages.distinct} stages are done; ${command} goes on from here.`;
  }
  if (stages.executed === 0 && outcome.trials.failed === 0) {
    return `Nothing to run: all ${stages.distinct} stages of ${experiment}, revision ${number}, are done.`;
  }
  const failed =
    outcome.trials.failed === 0
      ? ''
      : ` ${outcome.trials.failed} trials FAILED; \`sprintlab trials list --filter status=failed\` shows them.`;
  return (
    `${outcome.trials.succeeded} of ${outcome.trials.total} trials succeeded in ${formatSeconds(seconds)}: ` +
    `${stages.executed} stages executed, ${stages.reused} reused, ${stages.total} without sharing.${failed}`
  );
}

function warningsLine(count: number): string {
  return `Warnings: ${count}. \`sprintlab stages list --filter "warnings!=0"\` shows of which stages, \`sprintlab stages show KEY\` what they say.`;
}

const STOPPED = {
  interrupted: 'Stopped as asked.',
  failures: 'Stopped after a failure, as `onFailure` of the manifest says.',
  hours: 'Stopped at `limits.hours` of the manifest.',
  canary: 'Stopped, since the first trial, which runs alone before the others, has failed.',
  paused: 'Paused by someone else.',
  cancelled: 'Cancelled by someone else.',
} as const;

function exitCodeOfRun({ stopped, trials }: RunOutcome): number {
  if (stopped === 'interrupted') return EXIT.interrupted;
  if (stopped === 'hours') return EXIT.refused;
  return trials.failed > 0 || trials.succeeded < trials.total ? EXIT.finishedWithFailures : EXIT.done;
}
