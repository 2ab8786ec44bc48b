import { beforeAll, describe, expect, it } from 'vitest';
import type { PlannedTrial } from '#features/experiments/domain/trials.ts';
import type { PlannedStage } from '#features/stages/domain/stage.ts';
import { intentText } from '#science/intents/intent-pool.ts';
import { HEADINGS } from '#science/intents/prompts/prompt-words.ts';
import { decodeProfiles, type SessionProfile } from '#science/intents/session-profile.ts';
import type { CallStep } from '#science/llm/call-book.port.ts';
import { stream } from '#science/random/stream.ts';
import { contextOf } from '#science/sessions/eligible-sessions.ts';
import { SPLIT_MARK } from '#science/sessions/interactions.ts';
import { itemsOf } from '#science/sessions/session-view.ts';
import type { StageKind } from '#science/stages/stage.ts';
import { generatePlantedDataset, type PlantedDataset } from '#science/synthetic/planted-dataset.ts';
import { PLANTED_DEFAULTS } from '#science/synthetic/planted-options.ts';
import type { RememberedCall } from '../support/memory-call-book.ts';
import { PlantedTrials, type SettingsChange, type TrialChange } from '../support/planted-trials.ts';

/** Of every training stage all epochs, and the last is kept: early stopping looks at the validation sessions by intention. */
const SETTINGS: SettingsChange = {
  backbone: { dimension: 16, layers: 1 },
  warmUp: { epochs: 3, patience: 'off', learningRate: 0.003 },
  training: { epochs: 4, patience: 'off', learningRate: 0.003 },
  enrichment: { start: 1, ramp: 1 },
  selection: { ratio: 0.7 },
  intents: { initial: 8 },
  probe: { randomIntents: 30, benefit: 30 },
};
const GIVEN = { sessions: 'given', split: 'given' } as const;
const LEAVE_ONE_OUT = { sessions: 'history', split: 'leave-one-out' } as const;
type Protocol = Pick<PlannedTrial['protocol'], 'sessions' | 'split'>;

const dataset = generatePlantedDataset({
  ...PLANTED_DEFAULTS,
  ...{ sessions: 250, validSessions: 80, testSessions: 80, items: 200, intents: 6, seed: 2 },
});

/** Under a protocol: is a row a validation or test item? */
function isHeldOut({ split }: Protocol, row: number): boolean {
  const { interactions } = dataset;
  if (split === 'given') return interactions.split[row] !== SPLIT_MARK.train;
  // The last two of a session, each a visitor of its own.
  return interactions.session[row + 2] !== interactions.session[row];
}

/**
 * The same data with every validation and test item replaced by a random one of training. An item that training lacks stays, so
 * that the catalogue is the same, and none comes twice in a row, since repeats would leave and move the others.
 */
function withOtherHeldOutItems(protocol: Protocol): PlantedDataset {
  const { item, session } = dataset.interactions;
  const rng = stream(1, 'data', 'test/other items');
  const training = item.filter((_, row) => !isHeldOut(protocol, row));
  const known = new Set(training);
  const others = item.slice();
  for (const [row, own] of item.entries()) {
    if (!isHeldOut(protocol, row) || !known.has(own)) continue;
    const before = session[row - 1] === session[row] ? others[row - 1] : -1;
    const after = session[row + 1] === session[row] ? item[row + 1] : -1;
    do others[row] = training[rng.integer(training.length)]!;
    while ([own, before, after].includes(others[row]));
  }
  return { ...dataset, interactions: { ...dataset.interactions, item: others } };
}

interface Twins {
  readonly before: PlantedTrials;
  readonly after: PlantedTrials;
}

function twins(protocol: Protocol): Twins {
  const [before, after] = [dataset, withOtherHeldOutItems(protocol)];
  return { before: new PlantedTrials(before, protocol), after: new PlantedTrials(after, protocol) };
}

const given = twins(GIVEN);

/** The artifacts, and the metrics of whole stages, that are not the same to the bit with other validation and test items. */
async function differing({ before, after }: Twins, change: TrialChange, until?: StageKind): Promise<readonly string[]> {
  const [trial, other] = [await before.finish(change, until), await after.finish(change, until)];
  expect(trial.stages.map(({ kind }) => kind)).toEqual(other.stages.map(({ kind }) => kind));
  return trial.stages.flatMap((stage, at) => {
    const [own, others] = [before.run.done.get(stage.key)!, after.run.done.get(other.stages[at]!.key)!];
    expect(Object.keys(own.artifacts)).toEqual(Object.keys(others.artifacts));
    const artifacts = Object.entries(own.artifacts).filter(
      ([name, bytes]) => !Buffer.from(bytes).equals(others.artifacts[name]!),
    );
    const names = artifacts.map(([name]) => name);
    if (JSON.stringify(own.metrics) !== JSON.stringify(others.metrics)) names.push('metrics');
    return names.map((name) => `${nameOf(stage)}: ${name}`);
  });
}

function nameOf({ kind, parameters }: PlannedStage): string {
  return kind === 'uncertainty' && parameters['of'] === 'test' ? 'uncertainty of test' : kind;
}

/** What is made of validation and test sessions, and may differ. */
const OF_HELD_OUT = [
  'sessions: valid.safetensors',
  'sessions: test.safetensors',
  'sessions: statistics.json',
  'uncertainty of test: uncertainty.safetensors',
  'evaluation: ranks-valid.safetensors',
  'evaluation: ranks-test.safetensors',
  'evaluation: metrics.json',
  'evaluation: strata.json',
  'evaluation: metrics',
];

describe('other validation and test items', () => {
  it.each([
    { method: 'sprint', split: 'given', both: given, hasProjection: true },
    { method: 'category-intent', split: 'given', both: given, hasProjection: false },
    { method: 'sprint', split: 'leave-one-out', both: twins(LEAVE_ONE_OUT), hasProjection: false },
  ] as const)('change no bit of $method before its evaluation, split $split', async (one) => {
    const { method, both, hasProjection } = one;
    const found = await differing(both, { settings: { ...SETTINGS, method }, hasProjection });
    expect(found.filter((name) => !OF_HELD_OUT.includes(name))).toEqual([]);
    // They are others, and what is measured on them is too.
    expect(found).toEqual(
      expect.arrayContaining(['sessions: valid.safetensors', 'evaluation: ranks-test.safetensors']),
    );
    // Nobody is asked anything else either.
    expect(both.after.run.calls.calls).toEqual(both.before.run.calls.calls);
  });

  it('are seen by early stopping, and so would be by this test', async () => {
    const warmUp = { ...SETTINGS.warmUp, patience: 3 };
    const found = await differing(given, { settings: { ...SETTINGS, method: 'sprint', warmUp } }, 'warm-up');
    expect(found).toContain('warm-up: best.json');
  });
});

describe('the prompts of profiling', () => {
  const { train, catalogue } = given.before.sets;
  const titleOf = (item: number): string => dataset.items[catalogue[item - 1]!]!.title.toLowerCase();
  const positionOf = new Map(Array.from(train.session, (session, position) => [session, position]));
  let calls: readonly RememberedCall[] = [];
  let profiles: readonly SessionProfile[] = [];

  const of = (...steps: readonly CallStep[]): readonly RememberedCall[] =>
    calls.filter(({ subject }) => steps.includes(subject.step) && subject.purpose === 'profiling');
  const textOf = ({ request }: RememberedCall): string =>
    request.messages
      .map(({ content }) => content)
      .join('\n')
      .toLowerCase();

  beforeAll(async () => {
    const { before } = given;
    const { stages } = await before.finish({ settings: { ...SETTINGS, method: 'sprint' } }, 'probe');
    calls = before.run.calls.calls;
    profiles = stages
      .filter(({ kind }) => kind === 'profiling-batch')
      .flatMap(({ key }) => decodeProfiles(before.run.done.get(key)!.artifacts['profiles.jsonl']!));
  });

  it('name no item that training lacks', () => {
    const known = new Set(Array.from(catalogue, (_, at) => titleOf(at + 1)));
    const unknown = dataset.items.map(({ title }) => title.toLowerCase()).filter((title) => !known.has(title));
    expect(unknown.length).toBeGreaterThan(10);
    for (const text of calls.map(textOf)) expect(unknown.filter((title) => text.includes(title))).toEqual([]);
  });

  it('that ask for intents never name the held-out item, unless it is in the context', () => {
    const asked = of('IDENTIFY', 'CORRECT');
    expect(of('CORRECT').length).toBeGreaterThan(100);
    const told = asked.filter((call) => {
      const position = positionOf.get(call.subject.session!)!;
      const title = titleOf(itemsOf(train, position).at(-1)!);
      const isInContext = Array.from(contextOf(train, position), titleOf).some((own) => own.includes(title));
      return !isInContext && textOf(call).includes(title);
    });
    expect(told).toEqual([]);
  });

  it('that ask for a prediction show the intents of their attempt, and neither feedback nor the rest of the pool', () => {
    const attempts = new Map(
      profiles.flatMap(({ session, attempts: own }) => own.map((one) => [`${session}/${one.attempt}`, one] as const)),
    );
    const corrected = of('PREDICT').filter(({ subject }) => subject.attempt > 1);
    expect(corrected.length).toBeGreaterThan(100);
    for (const { request, subject } of of('PREDICT')) {
      const { intents } = attempts.get(`${subject.session!}/${subject.attempt}`)!;
      const [, question, ...more] = request.messages;
      const shown = question!.content.split('\n').filter((line) => line.startsWith('- '));
      expect(shown).toEqual(intents.map((intent) => `- ${intentText(intent)}`));
      expect(question!.content).not.toContain(HEADINGS.intents);
      // A second question after an answer that was none has that answer, and no feedback either.
      for (const { content } of [question!, ...more])
        expect(content).not.toMatch(/using only your intents|look again/i);
    }
  });
});
