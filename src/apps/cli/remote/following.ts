import { setTimeout as delay } from 'node:timers/promises';
import type { SubmissionStatus } from '#features/submissions/submission-views.service.ts';
import type { Terminal } from '../terminal.ts';
import { watchLine } from '../watch-text.ts';
import { isOver } from '../watching.ts';
import { farSubmission } from './submissions.ts';
import { ServerUnreachableError, type Server } from './server.ts';

/** How a submission of a server stands, in a line that changes only when it does. */
export function standingLine({ id, ...standing }: SubmissionStatus): string {
  return watchLine({ submission: id, ...standing });
}

interface Following {
  readonly server: Server;
  /** Is told how they stand whenever that is another. */
  readonly out: Terminal['out'];
  readonly signal: AbortSignal;
  readonly intervalMs: number;
}

/**
 * Looks again and again until some submissions are over, or nobody wants to know. A server that is away for a while is waited
 * for: the work is its own.
 * @returns how they stand then
 */
export async function followed(
  first: readonly SubmissionStatus[],
  { server, out, signal, intervalMs }: Following,
): Promise<readonly SubmissionStatus[]> {
  const told = new Map<string, string>();
  const tell = (of: string, line: string): void => {
    if (told.get(of) !== line) out.write(`${line}\n`);
    told.set(of, line);
  };
  for (let seen = first; ;) {
    for (const one of seen) tell(one.id, standingLine(one));
    if (seen.every(isOver)) return seen;
    const goesOn = await delay(intervalMs, true, { signal }).catch(() => false);
    if (!goesOn) return seen;
    const looks = seen.map(({ id }) => farSubmission(server, id));
    seen = await Promise.all(looks).catch((error: unknown) => {
      if (!(error instanceof ServerUnreachableError)) throw error;
      tell('server', `${error.message} This waits for it.`);
      return seen;
    });
  }
}
