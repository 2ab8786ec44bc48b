import type { ReadItem, ReadTask } from './prompt-reading.ts';
import { wordGroups } from './word-groups.ts';
import { addedCounts, hasAny, lengthOf, overlap, type WordCounts, type WordKnowledge } from './word-knowledge.ts';

export type IdentifyTask = Extract<ReadTask, { step: 'IDENTIFY' }>;

/** An intent that could be named. */
export interface IntentOption {
  /** Tells it from the others, also in an earlier answer. */
  readonly key: string;
  readonly kind: 'listed' | 'own';
  /** As the answer writes it, but for the evidence. */
  readonly entry: Readonly<{ id: number }> | Readonly<{ name: string; description: string }>;
  readonly score: number;
  /** Numbers of the items that have a word of it. */
  readonly evidence: readonly number[];
}

/** Cosine of the best intent of a list and the session under which nothing fits. */
const FITS_FROM = 0.1;

/** The intents to choose from, the best first; those that explain nothing are none. */
export function intentOptions(task: IdentifyTask, knowledge: WordKnowledge): readonly IntentOption[] {
  const texts = task.items.map((item) => countsOf(item, knowledge));
  const session = addedCounts(task.revealed === null ? texts : [...texts, countsOf(task.revealed, knowledge)]);
  const options = (task.intents === null ? ownOptions(task, knowledge) : listedOptions(task.intents)).map((option) => {
    const bag = knowledge.bagOf(option.text);
    return {
      ...option,
      score: overlap(bag, session, (word) => knowledge.idf(word)),
      evidence: evidenceOf(bag.words, texts),
    };
  });
  // The sort is stable: of equally good ones the earlier comes first.
  return options.filter(({ score }) => score > 0).sort((left, right) => right.score - left.score);
}

/** Whether the best of a list explains enough of the session. */
export function fits({ score }: IntentOption, task: IdentifyTask, knowledge: WordKnowledge): boolean {
  const session = addedCounts(task.items.map((item) => countsOf(item, knowledge)));
  const length = lengthOf(session, (word) => knowledge.idf(word));
  return length > 0 && score / length >= FITS_FROM;
}

/** The intent that the two most frequent words of the session's categories are, or where there are none those of its titles. */
export function newOption({ items }: IdentifyTask, knowledge: WordKnowledge): IntentOption {
  const categories = addedCounts(items.map(({ category }) => knowledge.countsOf(category)));
  const titles = addedCounts(items.map(({ title }) => knowledge.countsOf(title)));
  const [first = 'general', second = 'shopping'] = [...new Set([...mostFrequent(categories), ...mostFrequent(titles)])];
  const name = `${first} ${second}`;
  const words = new Set([first, second]);
  return {
    key: keyOf({ name }),
    kind: 'own',
    entry: { name, description: `looking for ${first} and ${second}` },
    score: 0,
    evidence: evidenceOf(
      words,
      items.map((item) => countsOf(item, knowledge)),
    ),
  };
}

/** What tells an intent of an answer from others. */
export function keyOf(entry: Readonly<{ id: number }> | Readonly<{ name: string }>): string {
  return 'id' in entry ? `id ${entry.id}` : `name ${entry.name}`;
}

type Unscored = Omit<IntentOption, 'score' | 'evidence'> & Readonly<{ text: string }>;

function listedOptions(intents: NonNullable<IdentifyTask['intents']>): readonly Unscored[] {
  return intents.map(({ id, text }) => ({ key: keyOf({ id }), kind: 'listed', entry: { id }, text }));
}

function ownOptions({ items }: IdentifyTask, knowledge: WordKnowledge): readonly Unscored[] {
  return wordGroups([items], items.length + 1, knowledge).map((group) => ({
    key: keyOf(group),
    kind: 'own',
    entry: group,
    text: `${group.name} ${group.description}`,
  }));
}

function evidenceOf(words: ReadonlySet<string>, texts: readonly WordCounts[]): readonly number[] {
  return texts.flatMap((counts, at) => (hasAny(words, counts) ? [at + 1] : []));
}

function countsOf({ title, category }: ReadItem, knowledge: WordKnowledge): WordCounts {
  return knowledge.countsOf(`${title} ${category}`);
}

function mostFrequent(counts: WordCounts): readonly string[] {
  return [...counts].sort(([, left], [, right]) => right - left).map(([word]) => word);
}
