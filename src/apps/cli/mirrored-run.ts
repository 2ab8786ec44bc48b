import { isDomainError } from '#kernel/domain-error.ts';
import { say } from './terminal.ts';
import type { Workplace } from './verb.ts';

/** How long the end of a run waits for MLflow, in milliseconds. */
const SETTLE_MS = { stopped: 2_000, done: 60_000 };

/** Works with MLflow being told meanwhile, where a server is named; says at the end what it could not be told yet. */
export async function mirroredRun<Result>(
  { application, terminal, signal }: Workplace,
  work: () => Promise<Result>,
): Promise<Result> {
  const { tracking } = application;
  if (tracking === null) return work();
  const troubles: string[] = [];
  const news = {
    onTrouble: (error: unknown) => void troubles.splice(0, 1, isDomainError(error) ? error.message : String(error)),
    onOver: () => void troubles.splice(0),
  };
  const settleMs = (): number => (signal.aborted ? SETTLE_MS.stopped : SETTLE_MS.done);
  const result = await tracking.mirror.beside(work, news, settleMs);
  const { pending, broken } = await tracking.standing();
  for (const trouble of troubles) say(terminal, `MLflow: ${trouble}`);
  if (pending > 0)
    say(terminal, `MLflow was not told of ${pending} events yet; the next command that works goes on with them.`);
  if (broken.length > 0) say(terminal, `MLflow refuses ${broken.length} runs; \`sprintlab doctor\` says why.`);
  return result;
}
