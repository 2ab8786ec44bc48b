import { describe, expect, it } from 'vitest';
import { stream } from '#science/random/stream.ts';
import { CATEGORIES, drawIntentWords, drawTitle, NAMED_INTENTS, synonymsOf } from './planted-words.ts';

const rng = stream(1, 'data', 'words');
const intents = drawIntentWords(NAMED_INTENTS, rng);

describe('planted words', () => {
  it('give each intent six words that no other has', () => {
    expect(intents.map(({ titleWords }) => titleWords.length)).toEqual(Array(NAMED_INTENTS).fill(6));
    expect(new Set(intents.flatMap(({ titleWords }) => titleWords)).size).toBe(6 * NAMED_INTENTS);
  });

  it('belong to other intents with another seed', () => {
    const others = drawIntentWords(NAMED_INTENTS, stream(2, 'data', 'words'));
    expect(others.map(({ name }) => name)).toEqual(intents.map(({ name }) => name));
    expect(others[0]!.titleWords).not.toEqual(intents[0]!.titleWords);
  });

  it('make titles of two words of the intent, the noun and a word without meaning, some replaced by such words', () => {
    const [intent] = intents;
    const [category] = CATEGORIES;
    const titles = Array.from({ length: 4000 }, () => drawTitle(intent!, category!, rng).split(' '));
    const known = new Set(intents.flatMap(({ titleWords }) => titleWords));
    const ofIntent = new Set(intent!.titleWords);
    for (const [first, second, noun, noise] of titles) {
      expect(noun).toBe(category!.noun);
      expect(known.has(noise!)).toBe(false);
      if (ofIntent.has(first!)) expect(second).not.toBe(first);
    }
    const said = titles.flatMap((title) => title.slice(0, 2));
    expect(said.every((word) => ofIntent.has(word) || !known.has(word))).toBe(true);
    // 1200 of 8000; three standard deviations are 96.
    const replaced = said.filter((word) => !ofIntent.has(word)).length;
    expect(Math.abs(replaced - 1200)).toBeLessThan(96);
    expect(new Set(titles.map((title) => title[3])).size).toBe(60);
  });

  it('are in no name of an intent: only the table of synonyms leads from the one to the other', () => {
    const nameWords = intents.flatMap(({ name }) => name.split(' '));
    expect(new Set(nameWords).size).toBe(nameWords.length);
    const titles = intents.flatMap((intent) =>
      CATEGORIES.flatMap((category) => Array.from({ length: 40 }, () => drawTitle(intent, category, rng).split(' '))),
    );
    const categoryWords = CATEGORIES.map(({ name }) => name.toLowerCase());
    const written = new Set([...titles.flat(), ...categoryWords]);
    expect(nameWords.filter((word) => written.has(word))).toEqual([]);
    const synonyms = synonymsOf(intents);
    expect(Object.keys(synonyms)).toEqual(nameWords);
    expect(synonyms['camping']).toEqual(intents[0]!.titleWords);
    expect(synonyms['trip']).toEqual(intents[0]!.titleWords);
  });
});
