import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Outcome } from './command-line.ts';

export interface Place {
  readonly home: string;
  readonly workingFolder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

interface Reply {
  readonly number: number;
  readonly outcome: Outcome;
}

/**
 * The built program, with its many command lines in one process: a hundredth of the time of a process each. What a process
 * alone can show (signals, pipes, the exit itself) is for `sprintlab` of `command-line.ts`.
 */
export class Shell {
  private readonly waiting = new Map<number, (outcome: Outcome) => void>();
  private process: ChildProcess | null = null;
  private asked = 0;
  private readonly folders: string[] = [];

  /** Resolves with code -1 and the words of the failure where `runCommandLine` throws, which it must never do. */
  run(words: readonly string[], { home, workingFolder = home, environment = {} }: Place): Promise<Outcome> {
    const number = ++this.asked;
    return new Promise((resolve) => {
      this.waiting.set(number, resolve);
      const variables = { SPRINTLAB_HOME: home, ...environment };
      this.process?.send({ number, words, environment: variables, workingFolder });
    });
  }

  /** A folder that is gone after the last test of the file. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'sprintlab-shell-'));
    this.folders.push(folder);
    return folder;
  }

  async open(): Promise<void> {
    const child = fork(new URL('./shell-process.mjs', import.meta.url), { execArgv: [], env: { PATH: process.env['PATH'] } });
    this.process = child;
    await new Promise((ready) => child.once('message', ready));
    child.on('message', ({ number, outcome }: Reply) => {
      this.waiting.get(number)?.(outcome);
      this.waiting.delete(number);
    });
  }

  async close(): Promise<void> {
    this.process?.kill();
    for (const folder of this.folders) await rm(folder, { recursive: true, force: true });
  }
}

/** A shell for the tests of one file. */
export function shellOfThisFile(): Shell {
  const shell = new Shell();
  beforeAll(() => shell.open());
  afterAll(() => shell.close());
  return shell;
}
