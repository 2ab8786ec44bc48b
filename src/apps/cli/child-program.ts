import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DomainError } from '#kernel/domain-error.ts';
import type { ErrorAnswer } from '../error-answer.ts';
import type { ProgramEnd, ProgramMessage, Ready, StopMessage } from '../program-message.ts';
import { toProgramWords, type ProgramOptions } from '../program-options.ts';
import { EXIT } from './exit-codes.ts';
import type { Answer, Site } from './verb.ts';

/** What the program said before it ended: it is reported as if it had happened here. */
class ProgramRefusedError extends DomainError {
  constructor({ error: { code, message, places } }: ErrorAnswer) {
    super(code, message, places);
  }
}

class ProgramEndedError extends DomainError<'PROGRAM_ENDED'> {
  constructor(program: string, cause: string) {
    super(
      'PROGRAM_ENDED',
      `The ${program} ended by itself (${cause}); its log says why. What it ran goes on elsewhere.`,
    );
  }
}

const PROGRAMS = {
  server: fileURLToPath(new URL('../api/main.js', import.meta.url)),
  worker: fileURLToPath(new URL('../worker/main.js', import.meta.url)),
} as const;

export interface ChildOptions extends Partial<ProgramOptions> {
  readonly json?: boolean;
}

export interface ChildProgram {
  readonly program: keyof typeof PROGRAMS;
  readonly options: ChildOptions;
  /** The line that says that it is ready, for people. */
  readonly greeting: (ready: Ready) => string;
}

/**
 * Starts a program that serves or works, passes on the wish to stop, and ends as it ended. When this process is killed the
 * program notices, and ends as well.
 */
export async function attend(
  { terminal, signal }: Site,
  { program, options, greeting }: ChildProgram,
): Promise<Answer> {
  const { json, ...words } = options;
  const child = fork(PROGRAMS[program], [...toProgramWords(words)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const stop = (): void => {
    // The program may have ended in the meantime.
    if (child.connected) child.send({ type: 'stop' } satisfies StopMessage, () => undefined);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const onReady = (ready: Ready): void => {
    const { url, workers } = ready;
    const line = json === true ? JSON.stringify({ url, pid: process.pid, workers }) : greeting(ready);
    terminal.out.write(`${line}\n`);
  };
  const { end, exitCode } = await ended(child, program, onReady).finally(() =>
    signal.removeEventListener('abort', stop),
  );
  return { json: null, text: '', exitCode: end === null ? exitCode : exitCodeOfEnd(end, words.drain === true) };
}

interface ChildEnd {
  /** `null` where it was told twice to stop, and so said nothing any more. */
  readonly end: ProgramEnd | null;
  readonly exitCode: number;
}

/** @throws ProgramRefusedError, ProgramEndedError */
function ended(child: ChildProcess, program: string, onReady: (ready: Ready) => void): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    let end: ProgramEnd | null = null;
    child.on('message', (message: ProgramMessage) => {
      if (message.type === 'ready') onReady(message.ready);
      else if (message.type === 'ended') end = message.end;
      else reject(new ProgramRefusedError(message.answer));
    });
    child.once('error', (error) => reject(new ProgramEndedError(program, error.message)));
    child.once('close', (code, killedBy) => {
      const exitCode = code ?? EXIT.failed;
      if (end === null && exitCode !== EXIT.interrupted) {
        reject(new ProgramEndedError(program, killedBy ?? `exit code ${exitCode}`));
      } else resolve({ end, exitCode });
    });
  });
}

/** Whoever drains wants to know whether all is done; of others it is no failure that they were told to stop. */
function exitCodeOfEnd({ isStopped, failed }: ProgramEnd, drain: boolean): number {
  if (!drain) return EXIT.done;
  if (isStopped) return EXIT.interrupted;
  return failed > 0 ? EXIT.finishedWithFailures : EXIT.done;
}
