import { contentHash } from '#kernel/content-hash.ts';
import { canonicalJson } from '#kernel/json.ts';
import { wordsOf } from '#science/text/hashed-ngrams.ts';

/** What the simulated language model knows beside what it is asked: something of the shop, and of the language. */
export interface SimulatedKnowledge {
  /** Items as they are shown, and how often training has each. */
  readonly items: readonly Readonly<{ title: string | null; category: string | null; clicks: number }>[];
  /** Words of intents, and for each the words of titles that mean it. */
  readonly synonyms: Readonly<Record<string, readonly string[]>>;
}

/** How often each word is in a text. */
export type WordCounts = ReadonlyMap<string, number>;

/** The words by which an intent is recognised. */
export interface WordBag {
  readonly words: ReadonlySet<string>;
  /** √ Σ idf² over the words that items have. */
  readonly norm: number;
}

/** Words that say nothing of what is wanted, those of the simulated model's own descriptions included. */
const SMALL_WORDS = new Set(
  'a an and are as at be by for from have in into is it its looking no not of on or shopping that the their this to visitors want who with'.split(
    ' ',
  ),
);
/** Texts whose words are remembered; a catalogue has few lines, each in many prompts. */
const REMEMBERED = 100_000;

/** The simulated model's knowledge of words. */
export class WordKnowledge {
  readonly hash: string;
  readonly #documents: number;
  /** Items whose text has the word. */
  readonly #frequency = new Map<string, number>();
  readonly #idf: ReadonlyMap<string, number>;
  readonly #idfOfUnknown: number;
  readonly #clicks = new Map<string, number>();
  readonly #synonyms = new Map<string, readonly string[]>();
  readonly #meanings = new Map<string, string[]>();
  readonly #counts = new Map<string, WordCounts>();
  readonly #bags = new Map<string, WordBag>();

  constructor(knowledge: SimulatedKnowledge) {
    const { items, synonyms } = knowledge;
    const rows = items.map(({ title, category, clicks }) => [title, category, clicks]);
    this.hash = contentHash(canonicalJson([rows, synonyms]));
    this.#documents = items.length;
    for (const { title, category, clicks } of items) {
      for (const word of this.countsOf(`${title ?? ''} ${category ?? ''}`).keys())
        this.#frequency.set(word, (this.#frequency.get(word) ?? 0) + 1);
      if (title !== null) this.#clicks.set(title, (this.#clicks.get(title) ?? 0) + clicks);
    }
    const idfOf = (frequency: number): number => Math.log((1 + items.length) / (1 + frequency));
    this.#idf = new Map(Array.from(this.#frequency, ([word, frequency]) => [word, idfOf(frequency)]));
    this.#idfOfUnknown = idfOf(0);
    for (const [word, meant] of Object.entries(synonyms)) this.#learn(word, meant.flatMap(wordsOf));
  }

  /** ln((1 + items) / (1 + items whose text has the word)); more for a rarer word. */
  idf(word: string): number {
    return this.#idf.get(word) ?? this.#idfOfUnknown;
  }

  /** Share of the items whose text has a word. */
  share(word: string): number {
    return (this.#frequency.get(word) ?? 0) / this.#documents;
  }

  /** How often training has the items of a title. */
  clicksOf(title: string): number {
    return this.#clicks.get(title) ?? 0;
  }

  /** The words of intents that a word of a title can mean. */
  meaningsOf(word: string): readonly string[] {
    return this.#meanings.get(word) ?? [];
  }

  /** The telling words of a text, in the order of their first occurrence. */
  countsOf(text: string): WordCounts {
    return remembered(this.#counts, text, () => {
      const counts = new Map<string, number>();
      for (const word of wordsOf(text)) if (!SMALL_WORDS.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
      return counts;
    });
  }

  /** The words of an intent's name and description, and what they mean in titles. */
  bagOf(text: string): WordBag {
    return remembered(this.#bags, text, () => {
      const own = [...this.countsOf(text).keys()];
      const words = new Set([...own, ...own.flatMap((word) => this.#synonyms.get(word) ?? [])]);
      const squares = [...words].map((word) => (this.#frequency.has(word) ? this.idf(word) ** 2 : 0));
      return { words, norm: Math.sqrt(squares.reduce((sum, square) => sum + square, 0)) };
    });
  }

  #learn(word: string, meant: readonly string[]): void {
    const [known] = wordsOf(word);
    if (known === undefined) return;
    this.#synonyms.set(known, meant);
    for (const other of meant) this.#meanings.set(other, [...(this.#meanings.get(other) ?? []), known]);
  }
}

/** Whether a text has any of some words. */
export function hasAny(words: ReadonlySet<string>, counts: WordCounts): boolean {
  for (const word of counts.keys()) if (words.has(word)) return true;
  return false;
}

/** Σ tf · idf² over the words of a bag, relative to the bag: how much of a text an intent explains. */
export function overlap({ words, norm }: WordBag, counts: WordCounts, idf: (word: string) => number): number {
  let sum = 0;
  for (const [word, count] of counts) if (words.has(word)) sum += count * idf(word) ** 2;
  return norm === 0 ? 0 : sum / norm;
}

/** √ Σ (tf · idf)² */
export function lengthOf(counts: WordCounts, idf: (word: string) => number): number {
  let sum = 0;
  for (const [word, count] of counts) sum += (count * idf(word)) ** 2;
  return Math.sqrt(sum);
}

/** The words of several texts. */
export function addedCounts(all: readonly WordCounts[]): WordCounts {
  const sum = new Map<string, number>();
  for (const counts of all) for (const [word, count] of counts) sum.set(word, (sum.get(word) ?? 0) + count);
  return sum;
}

function remembered<Value>(memory: Map<string, Value>, text: string, make: () => Value): Value {
  const known = memory.get(text);
  if (known !== undefined) return known;
  if (memory.size >= REMEMBERED) memory.clear();
  const made = make();
  memory.set(text, made);
  return made;
}
