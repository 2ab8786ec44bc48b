import { formatPlace } from '#kernel/domain-error.ts';
import type { SubmissionStatus } from '#features/submissions/submission-views.service.ts';
import { comparisonText } from '../comparison-text.ts';
import { EXIT } from '../exit-codes.ts';
import { planLine } from '../verbs/plan.ts';
import { say } from '../terminal.ts';
import type { Answer, FarSite } from '../verb.ts';
import { farComparison } from './comparison.ts';
import { followed } from './following.ts';
import { farPlan, manifestToSend, routes } from './manifests.ts';
import { farSubmission } from './submissions.ts';
import type { Server } from './server.ts';

interface RunOptions {
  readonly dryRun?: boolean;
  readonly approve?: boolean;
}

const INTERVAL_MS = 1_000;

/** `run` through a server: it submits, whoever works there works, and this waits for the comparison. Ctrl-C ends the waiting only. */
export async function runFar(site: FarSite, file: string, { dryRun = false, approve = false }: RunOptions) {
  const { server, terminal, signal } = site;
  const plan = await farPlan(server, file);
  for (const place of plan.warnings) say(terminal, `warning: ${formatPlace(place)}`);
  if (dryRun) return { json: plan, text: `${planLine(plan)} Nothing was run.\n` };
  say(terminal, `${plan.experiment}: ${planLine(plan)}`);
  const startedAt = performance.now();
  const { submission } = await server.ask((await routes()).submit, { body: { ...manifestToSend(file), approve } });
  await sayWhoWorks(site);
  const first = await farSubmission(server, submission);
  const following = { server, out: terminal.err, signal, intervalMs: INTERVAL_MS };
  const [last = first] = await followed([first], following);
  const seconds = (performance.now() - startedAt) / 1000;
  return answerOf(server, { last, seconds, plan, isInterrupted: signal.aborted });
}

interface Waited {
  readonly last: SubmissionStatus;
  readonly seconds: number;
  readonly plan: Awaited<ReturnType<typeof farPlan>>;
  readonly isInterrupted: boolean;
}

async function answerOf(server: Server, { last, seconds, plan, isInterrupted }: Waited): Promise<Answer> {
  const { id: submission, experiment, revision, trials, stages } = last;
  const { total, distinct, cached } = plan.stages;
  const count = Object.values(trials).reduce((sum, some) => sum + some, 0);
  const comparison = await farComparison(server, `${experiment}@${revision}`);
  return {
    json: {
      submission,
      experiment,
      revision,
      trials: { total: count, succeeded: trials.succeeded, failed: trials.failed },
      stages: { total, distinct, executed: Math.max(0, stages.succeeded - cached), reused: cached },
      seconds,
      stopped: stoppedBy(last, isInterrupted),
      comparison,
    },
    text: trials.succeeded === 0 ? '' : `\n${comparisonText(comparison, 'table')}`,
    exitCode: exitCodeOf(last, isInterrupted),
  };
}

function stoppedBy({ state, reason }: SubmissionStatus, isInterrupted: boolean): string | null {
  if (isInterrupted) return 'interrupted';
  if (state === 'cancelled') return 'cancelled';
  return state === 'paused' ? (STOPPED[reason?.code ?? 'ASKED'] ?? 'paused') : null;
}

/** As `run` says it of a home. */
const STOPPED: Readonly<Record<string, string>> = {
  ASKED: 'paused',
  FAILURES: 'failures',
  HOURS: 'hours',
  CANARY: 'canary',
};

function exitCodeOf(last: SubmissionStatus, isInterrupted: boolean): number {
  if (isInterrupted) return EXIT.interrupted;
  if (last.reason?.code === 'HOURS') return EXIT.refused;
  const { succeeded, ...others } = last.trials;
  return succeeded > 0 && Object.values(others).every((count) => count === 0) ? EXIT.done : EXIT.finishedWithFailures;
}

/** Where nobody works it would wait for ever. */
async function sayWhoWorks({ server, terminal }: FarSite): Promise<void> {
  const { listWorkers } = await import('#features/workers/http/workers.endpoints.ts');
  const { items } = await server.list(listWorkers, { limit: 1, filter: 'status = working' });
  if (items.length === 0)
    say(terminal, 'No worker is alive at the server, so nothing runs until one is started there.');
}
