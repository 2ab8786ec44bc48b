import { fork, type ChildProcess } from 'node:child_process';
import type {
  CallReplies,
  CallRequest,
  EpochMessage,
  StageMessage,
  StageOrder,
} from '#features/stages/domain/stage-order.ts';
import type { StageFailure } from '#features/stages/domain/stage.ts';
import type { ProgressReport } from '#science/stages/stage.ts';
import { guardMemory } from './memory-guard.ts';

/** The program that runs one stage, and what it may use. */
export interface StageProgram {
  readonly file: string;
  /** The most memory that its process may hold. */
  readonly memoryBytes: number;
}

export interface StageListener {
  readonly onStarted: () => void;
  readonly onReport: (report: ProgressReport) => void;
  readonly onEpoch: (epoch: EpochMessage) => void;
  readonly onCalls: (requests: readonly CallRequest[], reply: (replies: CallReplies) => void) => void;
  /** What the process wrote to its standard output and error. */
  readonly onText: (text: string) => void;
  /** Kills the process when aborted. */
  readonly signal: AbortSignal;
}

export type StageEnd =
  Exclude<StageMessage, { readonly type: 'started' | 'report' | 'epoch' | 'calls' }> | { readonly type: 'interrupted' };

/**
 * Runs one stage in a process of its own. Whatever happens to that process becomes an end that can be recorded; aborting
 * `signal` kills it at once, since its half-made files are of no use.
 */
export function runInProcess(program: StageProgram, order: StageOrder, listener: StageListener): Promise<StageEnd> {
  const { signal } = listener;
  return new Promise((resolve) => {
    const child = startProcess(program);
    let end: StageEnd | null = null;
    const lastWords = collect(child, listener.onText);
    const endGuard = guard(child, program, (failure) => {
      end ??= { type: 'failed', failure };
      child.kill('SIGKILL');
    });
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
      endGuard();
      resolve(end ?? { type: 'failed', failure: died(causeOfDeath(code, killedBy, lastWords())) });
    });
    if (signal.aborted) kill();
    else child.send(order);
  });
}

function startProcess({ file, memoryBytes }: StageProgram): ChildProcess {
  return fork(file, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: stageEnvironment(),
    // The interpreter's own heap then ends with its own words; what ONNX Runtime holds beside it is watched from outside.
    execArgv: [`--max-old-space-size=${Math.ceil(memoryBytes / MEBIBYTE)}`],
  });
}

function guard(
  { pid }: ChildProcess,
  { memoryBytes }: StageProgram,
  onExceeded: (failure: StageFailure) => void,
): () => void {
  if (pid === undefined) return () => undefined;
  return guardMemory(pid, memoryBytes, (bytes) => onExceeded(tooLarge(bytes, memoryBytes)));
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

const MEBIBYTE = 1024 * 1024;

/** The last of what a process wrote to its standard error, in which an interpreter's own death is explained. */
function collect(child: ChildProcess, onText: (text: string) => void): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-2_000);
  });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', onText);
  return () => text;
}

function causeOfDeath(code: number | null, killedBy: NodeJS.Signals | null, lastWords: string): string {
  if (lastWords.includes('heap out of memory')) return 'it used up the memory it may use';
  if (killedBy === 'SIGKILL') return 'it was killed from outside (SIGKILL), as the system does when memory runs out';
  return killedBy === null ? `it ended with exit code ${code ?? 0}` : `it was ended by ${killedBy}`;
}

function died(cause: string): StageFailure {
  const message = `The process of the stage died: ${cause}. \`sprintlab retry\` tries it once more.`;
  return { code: 'STAGE_DIED', message, stack: null, isRefusal: false };
}

/** It would need as much with every try. */
function tooLarge(bytes: number, limitBytes: number): StageFailure {
  const [used, allowed] = [bytes, limitBytes].map((size) => `${Math.round(size / MEBIBYTE)} MiB`);
  const message =
    `The stage holds ${used} of memory, and may hold ${allowed}. ` +
    `Set SPRINTLAB_STAGE_MEMORY to more mebibytes and \`sprintlab retry\` it, or give it smaller data or batches.`;
  return { code: 'MEMORY_LIMIT', message, stack: null, isRefusal: true };
}
