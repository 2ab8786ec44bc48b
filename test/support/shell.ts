import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Place } from '#kernel/domain-error.ts';

export interface ShellOutcome {
  /** A text in place of the exit code is what was thrown, which must never happen. */
  readonly code: number | string;
  readonly out: string;
  readonly err: string;
}

export interface ShellPlace {
  readonly home: string;
  readonly workingFolder?: string;
  /** In place of `SPRINTLAB_HOME`. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly places: readonly Place[];
}

interface Reply {
  readonly number: number;
  readonly outcome: ShellOutcome;
}

/**
 * The built program, with many command lines in one process: a hundredth of the time of a process each. What only a process
 * of its own can show (signals, pipes, two at once) is for `sprintlab` of `command-line.ts`.
 */
export class Shell {
  private readonly waiting = new Map<number, (outcome: ShellOutcome) => void>();
  private readonly folders: string[] = [];
  private process: ChildProcess | null = null;
  private asked = 0;

  run(words: readonly string[], { home, workingFolder = home, environment }: ShellPlace): Promise<ShellOutcome> {
    const number = ++this.asked;
    return new Promise((resolve) => {
      this.waiting.set(number, resolve);
      this.process?.send({ number, words, environment: environment ?? { SPRINTLAB_HOME: home }, workingFolder });
    });
  }

  /** What a verb answers with `--json`. */
  async json(words: readonly string[], place: ShellPlace): Promise<unknown> {
    const { code, out, err } = await this.run([...words, '--json'], place);
    if (out === '') throw new Error(`${words.join(' ')} answered nothing (${code}): ${err}`);
    return JSON.parse(out);
  }

  /** How a verb refuses with `--json`: the refusal and nothing else on standard output. */
  async refusal(words: readonly string[], place: ShellPlace): Promise<Refusal & { readonly exit: number | string }> {
    const { code, out } = await this.run([...words, '--json'], place);
    const { error, ...others } = JSON.parse(out) as { readonly error?: Refusal };
    if (error === undefined || Object.keys(others).length > 0) throw new Error(`${words.join(' ')} gave ${out}`);
    return { exit: code, ...error };
  }

  /** A folder that is gone after the last test of the file. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'sprintlab-shell-'));
    this.folders.push(folder);
    return folder;
  }

  /** A file in a folder of its own. */
  async file(name: string, contents: string | Uint8Array): Promise<string> {
    const file = join(await this.folder(), name);
    await writeFile(file, contents);
    return file;
  }

  /** A home with the random data set `toy`. */
  async homeWithToy(options: readonly string[] = ['--users', '60', '--items', '40']): Promise<string> {
    const home = await this.folder();
    const { code, err } = await this.run(['datasets', 'generate', 'random', '--name', 'toy', ...options], { home });
    if (code !== 0) throw new Error(err);
    return home;
  }

  async open(): Promise<void> {
    const program = new URL('./shell-process.mjs', import.meta.url);
    const child = fork(program, { execArgv: [], env: { PATH: process.env['PATH'] } });
    this.process = child;
    await new Promise((ready) => child.once('message', ready));
    child.on('message', ({ number, outcome }: Reply) => {
      this.waiting.get(number)?.(outcome);
      this.waiting.delete(number);
    });
  }

  async close(): Promise<void> {
    this.process?.disconnect();
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

/** A manifest of baselines on the data set `toy`; lines that begin with a key of it take its place. */
export function toyManifest(lines: readonly string[] = []): string {
  const standard = [
    'sprintlab: 1',
    'name: toy-baselines',
    'question: Does it work?',
    'dataset: toy',
    'protocol: {sessions: history, split: leave-one-out}',
    'arms: [{name: popularity, method: popularity}, {name: item-knn, method: item-knn}, {name: vs-knn, method: vs-knn}]',
  ];
  const keyOf = (line: string): string => line.slice(0, line.indexOf(':'));
  const own = new Set(lines.map(keyOf));
  return [...standard.filter((line) => !own.has(keyOf(line))), ...lines, ''].join('\n');
}
