import { contextOf } from '#science/sessions/eligible-sessions.ts';
import type { SessionView } from '#science/sessions/session-view.ts';
import type { DescribedItem } from '#science/text/item-texts.ts';
import { oneLine } from '#science/text/one-line.ts';
import type { IntentLabels } from './intent-labels.ts';
import type { IntentPool } from './intent-pool.ts';
import { namedIntent } from './named-intent.ts';

/** A category that more than this share of the items with categories have is a root: it tells no session from another. */
const ROOT_SHARE = 0.5;

export interface CategoryPool {
  readonly pool: IntentPool;
  readonly labels: IntentLabels;
}

/**
 * The most frequent categories as intents, and for every training session whose context has some of them the label that follows,
 * uniform over them: the arm without a language model and without profiling (science C.11). A category is as frequent as the
 * sessions whose context has it; of equally frequent ones the first by name. How a name is written makes no difference.
 */
export function categoryPool(described: readonly DescribedItem[], train: SessionView, initial: number): CategoryPool {
  const categories = nonRootCategories(described);
  const frequency = new Map<string, number>();
  for (const position of train.session.keys())
    for (const name of categoriesOf(contextOf(train, position), categories))
      frequency.set(name, (frequency.get(name) ?? 0) + 1);
  const names = [...frequency]
    .sort(([left, some], [right, others]) => others - some || (left < right ? -1 : 1))
    .slice(0, initial)
    .map(([name]) => name);
  const placeOf = new Map(names.map((name, place) => [name, place]));
  const labels = labelsOf(train, (context) =>
    [...categoriesOf(context, categories)].flatMap((name) => placeOf.get(name) ?? []),
  );
  return { pool: poolOf(names, labels), labels };
}

/** Of each item, by id, the names of its categories that are no root. */
function nonRootCategories(described: readonly DescribedItem[]): readonly ReadonlySet<string>[] {
  const named = described.map(({ categories }) => new Set(categories.map(nameOf).filter((name) => name !== null)));
  const counts = new Map<string, number>();
  for (const names of named) for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const items = named.filter(({ size }) => size > 0).length;
  const isRoot = (name: string): boolean => counts.get(name)! > ROOT_SHARE * items;
  return [new Set<string>(), ...named.map((names) => new Set([...names].filter((name) => !isRoot(name))))];
}

function nameOf(category: string): string | null {
  return namedIntent(oneLine(category, 60), '')?.name ?? null;
}

function categoriesOf(context: Int32Array, categories: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const item of context) for (const name of categories[item]!) found.add(name);
  return found;
}

function labelsOf(train: SessionView, placesOf: (context: Int32Array) => readonly number[]): IntentLabels {
  const [position, offsets, intents]: [number[], number[], number[]] = [[], [0], []];
  for (const at of train.session.keys()) {
    const places = placesOf(contextOf(train, at));
    if (places.length === 0) continue;
    position.push(at);
    intents.push(...[...places].sort((left, right) => left - right));
    offsets.push(intents.length);
  }
  return { position: Int32Array.from(position), offsets: Int32Array.from(offsets), intents: Int32Array.from(intents) };
}

function poolOf(names: readonly string[], { intents }: IntentLabels): IntentPool {
  const support = new Int32Array(names.length);
  for (const place of intents) support[place]! += 1;
  return {
    version: 0,
    intents: names.map((name, place) => ({
      id: place + 1,
      name,
      description: `items of the category ${name}`,
      origin: 'init',
      status: 'active',
      mergedInto: null,
      support: support[place]!,
    })),
  };
}
