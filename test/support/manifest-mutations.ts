import { stringify } from 'yaml';
import { stream, type Rng } from '#science/random/stream.ts';

/** A manifest that uses every part of the format and is right. */
export const SOUND_MANIFEST = `sprintlab: 1
name: fuzz
question: Does a mistake ever get through?
dataset: [beauty, books]
protocol: {sessions: {gap: 30m}, split: temporal, cutoffs: [5, 10, 20], maskSeen: false}
settings:
  method: item-knn
  itemKnn: {shrink: 2}
axes:
  itemKnn.neighbours: [10, 20, 50]
link:
  - {method: [item-knn], itemKnn.shrink: [0]}
exclude: [{itemKnn.neighbours: 50}]
arms:
  - {name: popularity, method: popularity, popularity: {counts: all}}
  - {name: sessions, method: vs-knn, vsKnn: {idf: 1}}
seeds: {train: 2, profile: [3, 5]}
hypotheses:
  - {id: h1, setting: itemKnn.neighbours, better: 20, than: 10, metric: hr@20}
  - {id: h2, better: {itemKnn.neighbours: 20}, than: popularity, alpha: 0.01}
limits: {trials: 200, llmCalls: 0, usd: 5, hours: 12, concurrency: 2}
onFailure: {stopAfter: 3}
report: {primary: hr@20, baseline: popularity}
`;

type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

const ODD_VALUES: readonly Value[] = [
  null,
  true,
  '',
  0,
  -1,
  0.5,
  1e308,
  9_007_199_254_740_993,
  'ünïcödé 🛒',
  '__proto__',
  'constructor',
  'x'.repeat(3000),
  [],
  {},
  [[]],
  { gap: '30m' },
  [1, 1],
  'protocol.split',
];

const ODD_TEXTS: readonly string[] = [
  '&a ',
  '*a ',
  '!!binary ',
  '<<: ',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '\t',
  '\u0000',
  '\u202e',
  '\ud800',
  '[',
  '}',
  '"',
  '|\n',
  '? ',
  ': ',
  '- '.repeat(50),
  '{a: '.repeat(60),
  '# ',
  '1e999',
  '.inf',
  '\r',
];

/**
 * A broken manifest of some kind: of its text (bytes, marks, a cut) or of its structure (keys lost, doubled, renamed, values of
 * another type). The same number always gives the same text; some are still right.
 */
export function mutatedManifest(number: number): string {
  const rng = stream(number, 'data', 'manifest-mutations');
  const times = 1 + rng.integer(3);
  let text = SOUND_MANIFEST;
  if (rng.integer(2) === 0) text = stringify(mutatedStructure(STRUCTURE, rng, times), { aliasDuplicateObjects: false });
  else for (let time = 0; time < times; time += 1) text = pick(TEXT_MUTATIONS, rng)(text, rng);
  return text;
}

const STRUCTURE: Value = {
  sprintlab: 1,
  name: 'fuzz',
  question: 'Does a mistake ever get through?',
  dataset: 'beauty',
  protocol: { sessions: 'history', split: 'leave-one-out', cutoffs: [5, 10, 20] },
  settings: { method: 'item-knn', itemKnn: { shrink: 2 }, selection: { budget: { calls: 5 } } },
  axes: { 'itemKnn.neighbours': [10, 20, 50] },
  link: [{ 'itemKnn.shrink': [0, 1] }],
  exclude: [{ 'itemKnn.neighbours': 50 }],
  arms: [{ name: 'popularity', method: 'popularity', popularity: { counts: 'all' } }],
  seeds: { train: 2, profile: [3, 5] },
  hypotheses: [
    { id: 'h1', setting: 'itemKnn.neighbours', better: 20, than: 10, where: { 'itemKnn.shrink': [0] } },
    { id: 'h2', better: { 'itemKnn.neighbours': 20, 'itemKnn.shrink': 0 }, than: 'popularity', alpha: 0.01 },
  ],
  limits: { trials: 200, usd: 5 },
  onFailure: { stopAfter: 3 },
  report: { primary: 'hr@20', baseline: 'popularity' },
};

type TextMutation = (text: string, rng: Rng) => string;

const TEXT_MUTATIONS: readonly TextMutation[] = [
  (text, rng) => text.slice(0, rng.integer(text.length + 1)),
  (text, rng) => spliced(text, rng, 1 + rng.integer(20), ''),
  (text, rng) => spliced(text, rng, 0, pick(ODD_TEXTS, rng)),
  (text, rng) => spliced(text, rng, 1, String.fromCharCode(rng.integer(0x2_ff))),
  (text, rng) =>
    spliced(text, rng, 0, Array.from({ length: 20 }, () => String.fromCharCode(rng.integer(256))).join('')),
  (text, rng) => withLine(text, rng, (line) => [line, line]),
  (text, rng) => withLine(text, rng, () => []),
  (text, rng) => withLine(text, rng, (line) => [`${' '.repeat(rng.integer(4))}${line}`]),
  (text, rng) =>
    text.replaceAll(/\d+/g, (digits) => (rng.integer(4) === 0 ? `${digits}${'9'.repeat(rng.integer(30))}` : digits)),
  (text, rng) => text.replaceAll(/[a-z]{4,}/g, (word) => (rng.integer(8) === 0 ? word.slice(1) : word)),
];

function spliced(text: string, rng: Rng, removed: number, added: string): string {
  const at = rng.integer(text.length + 1);
  return text.slice(0, at) + added + text.slice(at + removed);
}

function withLine(text: string, rng: Rng, change: (line: string) => readonly string[]): string {
  const lines = text.split('\n');
  const at = rng.integer(lines.length);
  return lines.flatMap((line, index) => (index === at ? change(line) : [line])).join('\n');
}

function mutatedStructure(value: Value, rng: Rng, times: number): Value {
  let mutated = value;
  for (let time = 0; time < times; time += 1) mutated = mutatedSomewhere(mutated, rng);
  return mutated;
}

/** Walks down at random and changes what it meets. */
function mutatedSomewhere(value: Value, rng: Rng): Value {
  if (value === null || typeof value !== 'object' || rng.integer(6) === 0) return changed(value, rng);
  if (Array.isArray(value)) {
    if (value.length === 0) return changed(value, rng);
    const at = rng.integer(value.length);
    if (rng.integer(6) === 0) return [...value, value[at] ?? null];
    return value.map((item, index) => (index === at ? mutatedSomewhere(item, rng) : item));
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return changed(value, rng);
  const at = rng.integer(entries.length);
  return Object.fromEntries(entries.flatMap((entry, index) => (index === at ? mutatedEntry(entry, rng) : [entry])));
}

function mutatedEntry([key, value]: [string, Value], rng: Rng): [string, Value][] {
  const kind = rng.integer(8);
  if (kind === 0) return [];
  if (kind === 1) return [[key.slice(0, -1), value]];
  if (kind === 2)
    return [
      [key, value],
      [`${key}2`, value],
    ];
  return [[key, mutatedSomewhere(value, rng)]];
}

function changed(value: Value, rng: Rng): Value {
  const kind = rng.integer(4);
  if (kind === 0) return [value];
  if (kind === 1) return { [String(rng.integer(10))]: value };
  if (kind === 2 && typeof value === 'string') return value.slice(0, -1);
  return pick(ODD_VALUES, rng);
}

function pick<Item>(items: readonly Item[], rng: Rng): Item {
  return items[rng.integer(items.length)]!;
}
