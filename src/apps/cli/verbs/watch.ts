import { setTimeout as delay } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import type { SubmissionStatus } from '#features/submissions/submission-views.service.ts';
import type { Submission } from '#features/submissions/domain/submission.ts';
import type { Application } from '../../application.ts';
import { EXIT } from '../exit-codes.ts';
import { findTarget } from '../../target.ts';
import { verb, type AddVerb, type Answer, type FarSite, type Workplace } from '../verb.ts';
import { openWatchView } from '../watch-view.ts';
import { watchLines } from '../watch-text.ts';
import { isOver, watch, type WatchedSubmission } from '../watching.ts';

interface WatchOptions {
  readonly json?: boolean;
  readonly once?: boolean;
  readonly interval: number;
}

export const addWatch: AddVerb = (program, perform) => {
  const command = verb(
    'watch [id]',
    'follow a submission until it ends or is paused; without an id, all that are active',
    'sprintlab watch\nsprintlab watch 3f9a --once',
  )
    .option('--once', 'look once, and do not wait')
    .option('--interval <seconds>', 'look so often', positiveSeconds, 1)
    .action((id: string | undefined, options: WatchOptions) =>
      perform(
        options,
        (workplace) =>
          options.once === true || options.json === true ? lookOnce(workplace, id) : follow(workplace, id, options),
        (site) => watchFar(site, id, options),
      ),
    );
  program.addCommand(command);
};

async function lookOnce({ application }: Workplace, id: string | undefined): Promise<Answer> {
  const seen = await watch(application, await submissionsToWatch(application, id));
  const lines = seen.submissions.length === 0 ? [NOTHING_ACTIVE] : watchLines(seen);
  return { json: seen, text: `${lines.join('\n')}\n`, exitCode: exitCodeOfWatch(seen) };
}

async function follow({ application, terminal, signal }: Workplace, id: string | undefined, options: WatchOptions) {
  let watched = await submissionsToWatch(application, id);
  if (watched.length === 0) return { json: null, text: `${NOTHING_ACTIVE}\n` };
  const view = openWatchView(terminal);
  for (;;) {
    const seen = await watch(application, watched);
    view.show(seen);
    if (seen.submissions.every(isOver)) return { json: null, text: '', exitCode: exitCodeOfWatch(seen) };
    await delay(options.interval * 1000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return { json: null, text: 'The work goes on.\n', exitCode: EXIT.interrupted };
    watched = await watchedNext(application, watched, id);
  }
}

async function watchFar(
  { server, terminal, signal }: FarSite,
  id: string | undefined,
  options: WatchOptions,
): Promise<Answer> {
  const { farSubmissionOf, farSubmissions } = await import('../remote/submissions.ts');
  const { followed, standingLine } = await import('../remote/following.ts');
  const first = id === undefined ? await farSubmissions(server, 'state = active') : [await farSubmissionOf(server, id)];
  if (first.length === 0) return { json: { at: new Date(), submissions: [] }, text: `${NOTHING_ACTIVE}\n` };
  const exitCode = (seen: readonly SubmissionStatus[]): number => exitCodeOfWatch({ submissions: seen });
  if (options.once === true || options.json === true) {
    const text = `${first.map(standingLine).join('\n')}\n`;
    return { json: { at: new Date(), submissions: first }, text, exitCode: exitCode(first) };
  }
  const following = { server, out: terminal.out, signal, intervalMs: options.interval * 1000 };
  const seen = await followed(first, following);
  if (signal.aborted) return { json: null, text: 'The work goes on.\n', exitCode: EXIT.interrupted };
  return { json: null, text: '', exitCode: exitCode(seen) };
}

/** Those that were watched, as they stand now, and with no id those that have become active in between. */
async function watchedNext(
  { submissions }: Application,
  watched: readonly Submission[],
  id: string | undefined,
): Promise<readonly Submission[]> {
  const known = new Set(watched.map((submission) => submission.id));
  const all = [...(await submissions.list())].reverse();
  return all.filter((submission) => known.has(submission.id) || (id === undefined && submission.state === 'active'));
}

async function submissionsToWatch(application: Application, id: string | undefined): Promise<readonly Submission[]> {
  if (id !== undefined) return [(await findTarget(application, id)).submission];
  return (await application.submissions.list()).filter(({ state }) => state === 'active').reverse();
}

const NOTHING_ACTIVE = 'Nothing is active: `sprintlab submit MANIFEST` hands something over.';

type Ended = Pick<WatchedSubmission, 'state' | 'trials' | 'reason'>;

/** Of what is active nobody can say yet; an end is judged as that of a run. */
function exitCodeOfWatch({ submissions }: { readonly submissions: readonly Ended[] }): number {
  const ended = submissions.filter(({ state }) => state !== 'active');
  const isWhole = ({ trials }: Ended): boolean => {
    return trials.failed + trials.cancelled + trials.queued + trials.running === 0;
  };
  if (ended.every(isWhole)) return EXIT.done;
  return ended.some(({ reason }) => reason?.code === 'HOURS') ? EXIT.refused : EXIT.finishedWithFailures;
}

function positiveSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0.1 && seconds <= 3600)) {
    throw new InvalidArgumentError('It must be a number of seconds from 0.1 to 3600.');
  }
  return seconds;
}
