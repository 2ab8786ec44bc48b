import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach } from 'vitest';

/** The built program, as a user starts it. `npm test` builds it first. */
const PROGRAM = resolve('dist/apps/cli/main.js');

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Invocation {
  readonly home: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Running {
  readonly process: ChildProcess;
  readonly outcome: Promise<Outcome>;
  /** Resolves once the program wrote this to standard error. */
  readonly until: (text: string) => Promise<void>;
  /** Has the program written this to standard error by now? */
  readonly hasSaid: (text: string) => boolean;
}

export function sprintlab(words: readonly string[], invocation: Invocation): Promise<Outcome> {
  return startSprintlab(words, invocation).outcome;
}

export function startSprintlab(words: readonly string[], { home, environment = {} }: Invocation): Running {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    env: { PATH: process.env['PATH'], SPRINTLAB_HOME: home, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.err += chunk));
  const outcome = new Promise<Outcome>((done) => child.once('close', (code) => done({ code, ...text })));
  const hasSaid = (expected: string): boolean => text.err.includes(expected);
  const until = async (expected: string): Promise<void> => {
    while (!hasSaid(expected)) {
      if (child.exitCode !== null) throw new Error(`ended before it said ${expected}: ${text.err}`);
      await new Promise((wake) => setTimeout(wake, 5));
    }
  };
  return { process: child, outcome, until, hasSaid };
}

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A folder that is gone after the test: a home, or a place for files. */
export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sprintlab-test-'));
  folders.push(folder);
  return folder;
}

/** A manifest of baselines on the data set `toy`. */
export async function aManifestFile(lines: readonly string[] = []): Promise<string> {
  const file = join(await aFolder(), 'manifest.yaml');
  const own = (key: string): boolean => lines.some((line) => line.startsWith(`${key}:`));
  const defaults = [
    'sprintlab: 1',
    'name: test',
    'question: Does it work?',
    'dataset: toy',
    'protocol: {sessions: history, split: leave-one-out}',
    'arms: [{name: popularity, method: popularity}, {name: item-knn, method: item-knn}, {name: vs-knn, method: vs-knn}]',
  ];
  await writeFile(file, [...defaults.filter((line) => !own(line.split(':')[0] ?? '')), ...lines, ''].join('\n'));
  return file;
}

/** A home with the random data set `toy`. */
export async function aHomeWithToy(options: readonly string[] = []): Promise<string> {
  const home = await aFolder();
  const { code, err } = await sprintlab(['datasets', 'generate', 'random', '--name', 'toy', ...options], { home });
  if (code !== 0) throw new Error(err);
  return home;
}
