import { setTimeout as delay } from 'node:timers/promises';
import type { SubmissionStatus } from '#features/submissions/submission-views.service.ts';
import type { Terminal } from '../terminal.ts';
import { watchLine } from '../watch-text.ts';
import { isOver } from '../watching.ts';
import { farSubmission } from './submissions.ts';
import type { Server } from './server.ts';

/** How a submission of a server stands, in a line that changes only when it does. */
export function standingLine({ id, ...standing }: SubmissionStatus): string {
  return watchLine({ submission: id, ...standing });
}

interface Following {
  readonly server: Server;
  /** Is told how it stands whenever that is another. */
  readonly write: Terminal['out'];
  readonly signal: AbortSignal;
  readonly intervalMs: number;
}

/** Looks again and again until some submissions are over, or nobody wants to know. @returns how they stand then */
export async function followed(
  first: readonly SubmissionStatus[],
  { server, write, signal, intervalMs }: Following,
): Promise<readonly SubmissionStatus[]> {
  const told = new Map<string, string>();
  for (let seen = first; ;) {
    for (const one of seen) {
      const line = standingLine(one);
      if (told.get(one.id) !== line) write.write(`${line}\n`);
      told.set(one.id, line);
    }
    if (seen.every(isOver)) return seen;
    const goesOn = await delay(intervalMs, true, { signal }).catch(() => false);
    if (!goesOn) return seen;
    seen = await Promise.all(seen.map(({ id }) => farSubmission(server, id)));
  }
}
