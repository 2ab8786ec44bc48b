import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach } from 'vitest';
import type { StageCounts } from '#features/stages/stages.service.ts';
import { startSprintlab, type Invocation, type Running } from './command-line.ts';

/** A server or a worker that is up. */
export interface RunningProgram extends Running {
  readonly url: string;
  /** Lines of its log so far. */
  log(): readonly LogLine[];
  /** Resolves with the first line of the log that has these words. */
  logged(words: string): Promise<LogLine>;
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly stage?: string;
  readonly submission?: string;
  readonly trial?: string;
  readonly execution?: string;
}

const started: Running[] = [];
afterEach(async () => {
  for (const running of started.splice(0)) {
    running.process.kill('SIGKILL');
    await running.outcome;
  }
});

/** Starts `sprintlab serve` or `worker` and waits until it is ready. It is gone after the test. */
export async function startProgram(words: readonly string[], invocation: Invocation): Promise<RunningProgram> {
  const running = startSprintlab([...words, '--json'], invocation);
  started.push(running);
  const text = { out: '', err: '' };
  running.process.stdout?.on('data', (chunk: string) => (text.out += chunk));
  running.process.stderr?.on('data', (chunk: string) => (text.err += chunk));
  await eventually(() => Promise.resolve(text.out.includes('\n') || running.process.exitCode !== null));
  if (!text.out.startsWith('{"url"')) throw new Error(`not ready: ${text.out}${text.err}`);
  const { url } = JSON.parse(text.out) as { readonly url: string };
  const log = (): readonly LogLine[] => {
    const lines = text.err.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as LogLine);
  };
  const logged = async (expected: string): Promise<LogLine> => {
    const find = (): LogLine | undefined => log().find(({ message }) => message.includes(expected));
    await eventually(() => Promise.resolve(find() !== undefined));
    return find()!;
  };
  return { ...running, url, log, logged };
}

/** Waits until something is so; the test's own time limit ends what never is. */
export async function eventually(isSo: () => Promise<boolean>, pauseMs = 20): Promise<void> {
  while (!(await isSo())) await new Promise((wake) => setTimeout(wake, pauseMs));
}

const AT_HOME = fileURLToPath(new URL('./at-home.mjs', import.meta.url));

/** What somebody else does to a home. */
export async function atHome<Result>(words: readonly string[], { home, environment }: Invocation): Promise<Result> {
  const env = { PATH: process.env['PATH'], SPRINTLAB_HOME: home, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, [AT_HOME, ...words], { env });
  return JSON.parse(stdout) as Result;
}

export async function submit(manifest: string, invocation: Invocation): Promise<string> {
  return (await atHome<{ readonly id: string }>(['submit', manifest], invocation)).id;
}

export interface SubmissionStanding {
  readonly state: string;
  readonly stages: StageCounts;
}

export function standingOf(submission: string, invocation: Invocation): Promise<SubmissionStanding> {
  return atHome(['state', submission], invocation);
}
