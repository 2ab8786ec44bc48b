import type { ReadItem } from './prompt-reading.ts';
import type { WordKnowledge } from './word-knowledge.ts';

/** Two words that stand together, and what they are about. */
export interface WordGroup {
  readonly name: string;
  readonly description: string;
}

interface Term {
  readonly word: string;
  /** Numbers of the items, over all sessions, whose text has or means it, ascending. */
  readonly items: readonly number[];
  readonly weight: number;
}

/** Cosine of their items from which two words belong together. */
const TOGETHER = 0.3;
/** Words of a description beside those of the name. */
const COMPANIONS = 3;
/** Share of all items from which a word of titles tells nothing. */
const EVERYWHERE = 0.5;

/**
 * The word pairs behind some sessions: the word of most sessions, weighted by its idf, with the one that shares most items with
 * it, and so on with the words that are left. Where the model knows what words mean, the words are those of intents.
 */
export function wordGroups(
  sessions: readonly (readonly ReadItem[])[],
  most: number,
  knowledge: WordKnowledge,
): readonly WordGroup[] {
  const meant = termsOf(
    sessions,
    (item) => meaningsOf(item, knowledge),
    () => 1,
  );
  const isMeant = meant.length > 0;
  const terms = isMeant
    ? meant
    : termsOf(
        sessions,
        (item) => titleWords(item, knowledge),
        (word) => knowledge.idf(word),
      );
  const groups: WordGroup[] = [];
  const left = new Set(terms);
  for (const first of terms) {
    if (groups.length === most) break;
    if (!left.delete(first)) continue;
    const partner = companions(
      first,
      [...left].filter(({ word }) => !areOneWord(word, first.word)),
      1,
    )[0];
    if (partner !== undefined) left.delete(partner);
    groups.push(groupOf(first, partner, isMeant ? [] : terms));
  }
  return groups;
}

function groupOf(first: Term, partner: Term | undefined, terms: readonly Term[]): WordGroup {
  const second = partner?.word ?? 'shopping';
  const others = companions(
    first,
    terms.filter((term) => term !== first && term !== partner),
    COMPANIONS,
  );
  const words = [first.word, ...(partner === undefined ? [] : [partner.word]), ...others.map(({ word }) => word)];
  return { name: `${first.word} ${second}`, description: `looking for ${words.join(', ')}` };
}

/** The terms that share most items with one, the nearest first. */
function companions(term: Term, among: readonly Term[], count: number): readonly Term[] {
  return among
    .map((other) => ({ other, nearness: sharedCosine(term, other) }))
    .filter(({ nearness }) => nearness >= TOGETHER)
    .sort((left, right) => right.nearness - left.nearness)
    .slice(0, count)
    .map(({ other }) => other);
}

/** Singular and plural, mostly: as names they are one word. */
function areOneWord(left: string, right: string): boolean {
  const stem = Math.max(3, Math.min(left.length, right.length) - 1);
  return left.slice(0, stem) === right.slice(0, stem);
}

function sharedCosine(left: Term, right: Term): number {
  const items = new Set(left.items);
  const shared = right.items.filter((item) => items.has(item)).length;
  return shared / Math.sqrt(left.items.length * right.items.length);
}

/** The terms of at least two sessions, or of the only one, the heaviest first; of equal weight the earlier. */
function termsOf(
  sessions: readonly (readonly ReadItem[])[],
  wordsOf: (item: ReadItem) => Iterable<string>,
  weightOf: (word: string) => number,
): readonly Term[] {
  const found = new Map<string, { readonly sessions: Set<number>; readonly items: number[] }>();
  let number = 0;
  for (const [session, items] of sessions.entries()) {
    for (const item of items) {
      number += 1;
      for (const word of new Set(wordsOf(item))) {
        const term = found.get(word) ?? { sessions: new Set<number>(), items: [] };
        found.set(word, term);
        term.sessions.add(session);
        term.items.push(number);
      }
    }
  }
  const least = Math.min(2, sessions.length);
  return [...found]
    .filter(([, term]) => term.sessions.size >= least)
    .map(([word, term]) => ({ word, items: term.items, weight: term.sessions.size * weightOf(word) }))
    .sort((left, right) => right.weight - left.weight);
}

function meaningsOf({ title, category }: ReadItem, knowledge: WordKnowledge): readonly string[] {
  return [...knowledge.countsOf(`${title} ${category}`).keys()].flatMap((word) => knowledge.meaningsOf(word));
}

function titleWords({ title, category }: ReadItem, knowledge: WordKnowledge): readonly string[] {
  const words = [...knowledge.countsOf(`${title} ${category}`).keys()];
  return words.filter((word) => /^\p{L}{3,}$/u.test(word) && knowledge.share(word) <= EVERYWHERE);
}
