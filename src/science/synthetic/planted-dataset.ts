import { type Rng, stream } from '#science/random/stream.ts';
import type { GeneratedDataset, GeneratedItem } from './generated-dataset.ts';
import { drawLaw, type PlantedLaw, withItemsInOrder } from './planted-law.ts';
import { plantedOracles } from './planted-oracles.ts';
import { assertPlantedOptions, type PlantedOptions } from './planted-options.ts';
import { type PlantedSession, sessionSampler } from './planted-sessions.ts';
import { encodeTruth, type PlantedParts, type PlantedTruth, truthOf } from './planted-truth.ts';
import { CATEGORIES, drawIntentWords, drawTitle, type IntentWords, synonymsOf } from './planted-words.ts';

export type PlantedDataset = GeneratedDataset & Required<Pick<GeneratedDataset, 'synonyms' | 'truth'>>;

/** The root of the categories. */
const SHOP = 'Shop';
/** 2024-01-01T00:00:00Z. */
const FIRST_DAY = 1_704_067_200;
const DAY = 86_400;
const DAYS = 365;

/**
 * Data in which the intents are known (science D). Each item has a category and serves an intent, some a second one; a session
 * follows an intent, a hard one two in turn, and clicks by popularity within them. Titles have words of the intent, whose meaning
 * only the table of synonyms tells. Each session is a visitor of its own and lies within a day; training sessions come first in
 * time, then those of validation and test.
 * @throws InvalidPlantedDatasetError
 */
export function generatePlantedDataset(options: PlantedOptions): PlantedDataset {
  assertPlantedOptions(options);
  const rng = (name: string): Rng => stream(options.seed, 'data', `planted/${name}`);
  const law = drawLaw(options, rng('law'));
  const parts = drawParts(law, options, rng('sessions'));
  const words = drawIntentWords(options.intents, rng('words'));
  const items = describeItems(law, words, rng('titles'));
  const order = byFirstClick(parts, law.items);
  const truth = truthOf(
    withItemsInOrder(law, order),
    numbered(parts, order),
    words.map(({ name }) => name),
  );
  return {
    interactions: toColumns(truth, rng('times')),
    items: Array.from(order, (item) => items[item]!),
    users: Array.from(truth.split, (_, session) => `visitor-${session + 1}`),
    sessions: Array.from(truth.split, (_, session) => `session-${session + 1}`),
    synonyms: synonymsOf(words),
    truth: encodeTruth(truth, plantedOracles(truth)),
  };
}

/** Each part from a stream of its own: more sessions of one move no other, and only add to their own. */
function drawParts(law: PlantedLaw, options: PlantedOptions, rng: Rng): PlantedParts {
  const draw = (part: keyof PlantedParts, count: number): readonly PlantedSession[] => {
    const next = sessionSampler(law, rng.split(part));
    return Array.from({ length: count }, next);
  };
  return {
    train: draw('train', options.sessions),
    valid: draw('valid', options.validSessions),
    test: draw('test', options.testSessions),
  };
}

function describeItems(law: PlantedLaw, words: readonly IntentWords[], rng: Rng): readonly GeneratedItem[] {
  return Array.from(law.primary, (intent, item) => {
    const category = CATEGORIES[law.category[item]!]!;
    const title = drawTitle(words[intent]!, category, rng);
    return { id: `item-${item + 1}`, title, categories: [SHOP, category.name] };
  });
}

/** (V): items in the order in which the data have them first, as the registration numbers them; then those without a click. */
function byFirstClick(parts: PlantedParts, items: number): Int32Array {
  const seen = new Set<number>();
  for (const { clicks } of [...parts.train, ...parts.valid, ...parts.test])
    for (const { item } of clicks) seen.add(item);
  for (let item = 0; item < items; item++) seen.add(item);
  return Int32Array.from(seen);
}

/** The sessions with items by their place in the order. */
function numbered(parts: PlantedParts, order: Int32Array): PlantedParts {
  const placeOf = new Map(Array.from(order, (item, place) => [item, place]));
  const renumber = (sessions: readonly PlantedSession[]): readonly PlantedSession[] =>
    sessions.map((session) => ({
      ...session,
      clicks: session.clicks.map((click) => ({ ...click, item: placeOf.get(click.item)! })),
    }));
  return { train: renumber(parts.train), valid: renumber(parts.valid), test: renumber(parts.test) };
}

function toColumns({ offsets, item, split }: PlantedTruth, rng: Rng): GeneratedDataset['interactions'] {
  const rows = item.length;
  const session = new Int32Array(rows);
  const [time, order] = [new Float64Array(rows), new Float64Array(rows)];
  for (let at = 0; at < split.length; at++) {
    const [begin, end] = [offsets[at]!, offsets[at + 1]!];
    let now = startOf(at, split.length, rng);
    for (let row = begin; row < end; row++) {
      session[row] = at;
      order[row] = row - begin;
      time[row] = now;
      now += 30 + rng.integer(270);
    }
  }
  return { user: session, item, time, order, session, split: Uint8Array.from(session, (at) => split[at]!) };
}

/** Sessions are spread over a year in their order, each beginning between 8 and 20 o'clock: it ends on the same day. */
function startOf(session: number, sessions: number, rng: Rng): number {
  const day = Math.floor((session * DAYS) / sessions);
  return FIRST_DAY + day * DAY + 8 * 3600 + rng.integer(12 * 3600);
}
