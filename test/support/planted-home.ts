import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aFolder, sprintlab, type Invocation } from './command-line.ts';

interface List<Item> {
  readonly items: readonly Item[];
}
interface Metric {
  readonly stageKey: string;
  readonly split: string;
  readonly metric: string;
  readonly step: number;
  readonly value: number;
}

/** What every run of one manifest must agree on, whatever happened to it. */
export interface Bits {
  /** Hashes of all artifacts but logs, which tell when things happened, by owner and name. */
  readonly artifacts: ReadonlyMap<string, string>;
  /** Every metric point but those of time. */
  readonly metrics: readonly string[];
  /** Prompts and answers, by what they are about. */
  readonly calls: readonly string[];
}

export async function answered<Answer>(words: readonly string[], where: string | Invocation): Promise<Answer> {
  const place = typeof where === 'string' ? { home: where } : where;
  const { out, err } = await sprintlab([...words, '--json'], place);
  if (out === '') throw new Error(`${words.join(' ')} answered nothing: ${err}`);
  return JSON.parse(out) as Answer;
}

/** The command that makes a small planted data set, `planted`. */
export const GENERATE_PLANTED = [
  ...['datasets', 'generate', 'planted', '--name', 'planted', '--sessions', '400', '--items', '120', '--intents', '6'],
  ...['--test-sessions', '150', '--seed', '3'],
];

/** A home with it. */
export async function aHomeWithPlanted(): Promise<string> {
  const home = await aFolder();
  const { code, err } = await sprintlab(GENERATE_PLANTED, { home });
  if (code !== 0) throw new Error(err);
  return home;
}

/** A manifest of `sprint` on it, small enough for a test. */
export async function aSprintManifest(lines: readonly string[] = []): Promise<string> {
  const file = join(await aFolder(), 'manifest.yaml');
  await writeFile(file, sprintManifest(lines));
  return file;
}

/** Lines that begin with a key of the manifest take its place. */
export function sprintManifest(lines: readonly string[] = []): string {
  const standard = [
    'sprintlab: 1',
    'name: small',
    'question: Does it work?',
    'dataset: planted',
    'protocol: {sessions: given, split: given, cutoffs: [20]}',
    'settings: {method: sprint, backbone: {dimension: 16, layers: 1}, warmUp: {epochs: 3}, training: {epochs: 5}, ' +
      'selection: {ratio: 0.5}, intents: {initial: 8}, probe: {randomIntents: 20}, enrichment: {start: 1, ramp: 1}}',
  ];
  const own = (line: string): boolean => lines.some((one) => one.startsWith(line.slice(0, line.indexOf(':') + 1)));
  return [...standard.filter((line) => !own(line)), ...lines, ''].join('\n');
}

export async function bitsOf(home: string | Invocation): Promise<Bits> {
  const artifacts = await answered<List<{ id: string; hash: string }>>(
    ['artifacts', 'list', '--limit', '1000000'],
    home,
  );
  const metrics = await answered<List<Metric>>(['trials', 'export'], home);
  const calls = await answered<List<Readonly<Record<string, unknown>>>>(['calls', 'list', '--limit', '1000000'], home);
  return {
    artifacts: new Map(
      artifacts.items.filter(({ id }) => !id.startsWith('execution/')).map(({ id, hash }) => [id, hash]),
    ),
    metrics: metrics.items
      .filter(({ metric }) => metric !== 'seconds' && metric !== 'tokensPerSecond')
      .map(({ stageKey, split, metric, step, value }) => [stageKey, split, metric, step, value].join(' '))
      .sort(),
    calls: calls.items.map(({ id, call, outcome }) => [id, call, outcome].join(' ')).sort(),
  };
}
