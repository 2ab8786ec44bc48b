import { fork, type ChildProcess } from 'node:child_process';
import type { ProgressReport } from '#science/stages/stage.ts';
import type { CallReplies, CallRequest, EpochMessage, StageMessage, StageOrder } from '../domain/stage-order.ts';
import type { StageFailure } from '../domain/stage.ts';

export interface StageListener {
  readonly onStarted: () => void;
  readonly onReport: (report: ProgressReport) => void;
  readonly onEpoch: (epoch: EpochMessage) => void;
  readonly onCalls: (requests: readonly CallRequest[], reply: (replies: CallReplies) => void) => void;
  /** Kills the process when aborted. */
  readonly signal: AbortSignal;
}

export type StageEnd =
  Exclude<StageMessage, { readonly type: 'started' | 'report' | 'epoch' | 'calls' }> | { readonly type: 'interrupted' };

/**
 * Runs one stage in a process of its own. Whatever happens to that process becomes an end that can be recorded; aborting
 * `signal` kills it at once, since its half-made files are of no use.
 */
export function runInProcess(program: string, order: StageOrder, listener: StageListener): Promise<StageEnd> {
  const { signal } = listener;
  return new Promise((resolve) => {
    const child = fork(program, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: stageEnvironment(),
    });
    let end: StageEnd | null = null;
    const lastWords = collect(child);
    const kill = (): void => {
      // What it has finished is kept: the wish to stop came too late to save anything.
      end ??= { type: 'interrupted' };
      child.kill('SIGKILL');
    };
    signal.addEventListener('abort', kill, { once: true });
    child.on('message', (message: StageMessage) => {
      end ??= hear(message, listener, replyTo(child));
    });
    child.on('error', (error) => {
      // An order that does not arrive is explained by the death of the process; one that never began has no other end.
      if (child.pid === undefined) resolve({ type: 'failed', failure: died(error.message) });
    });
    child.once('close', (code, killedBy) => {
      signal.removeEventListener('abort', kill);
      resolve(end ?? { type: 'failed', failure: died(causeOfDeath(code, killedBy, lastWords())) });
    });
    if (signal.aborted) kill();
    else child.send(order);
  });
}

/** Hands a message on. @returns the end, if it was one. */
function hear(
  message: StageMessage,
  listener: StageListener,
  reply: (replies: CallReplies) => void,
): Exclude<StageEnd, { readonly type: 'interrupted' }> | null {
  switch (message.type) {
    case 'started':
      listener.onStarted();
      return null;
    case 'report':
      listener.onReport(message.report);
      return null;
    case 'epoch':
      listener.onEpoch(message);
      return null;
    case 'calls':
      listener.onCalls(message.requests, reply);
      return null;
    case 'done':
    case 'failed':
      return message;
  }
}

/** A process that died in the meantime needs no reply: its end says so. */
function replyTo(child: ChildProcess): (replies: CallReplies) => void {
  return (replies) => {
    if (child.connected) child.send(replies, () => undefined);
  };
}

/** One thread a stage: parallelism is across stages, and sums must not depend on the number of cores. */
function stageEnvironment(): Record<string, string> {
  return { OMP_NUM_THREADS: '1', TZ: 'UTC' };
}

/** The last of what a process wrote to its standard error, in which an interpreter's own death is explained. */
function collect(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-2_000);
  });
  return () => text;
}

function causeOfDeath(code: number | null, killedBy: NodeJS.Signals | null, lastWords: string): string {
  if (lastWords.includes('heap out of memory')) return 'it used up the memory it may use';
  if (killedBy === 'SIGKILL') return 'it was killed from outside (SIGKILL), as the system does when memory runs out';
  return killedBy === null ? `it ended with exit code ${code ?? 0}` : `it was ended by ${killedBy}`;
}

function died(cause: string): StageFailure {
  return {
    code: 'STAGE_DIED',
    message: `The process of the stage died: ${cause}. Run again to try it once more.`,
    stack: null,
  };
}
