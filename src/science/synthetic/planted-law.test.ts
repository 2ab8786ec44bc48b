import { beforeAll, describe, expect, it } from 'vitest';
import { stream } from '#science/random/stream.ts';
import { drawLaw, type PlantedLaw, successorsOf, withItemsInOrder } from './planted-law.ts';

const INTENTS = 12;
const ITEMS = 1500;
const rowOf = ({ click, items }: PlantedLaw, intent: number): Float64Array =>
  click.subarray(intent * items, (intent + 1) * items);
const indexes = (count: number): number[] => [...Array(count).keys()];

describe('the planted law', () => {
  let law: PlantedLaw;

  beforeAll(() => {
    law = drawLaw({ intents: INTENTS, items: ITEMS, transitions: 0 }, stream(1, 'data', 'law'));
  });

  it('gives each intent as many items', () => {
    expect(indexes(INTENTS).map((intent) => law.primary.filter((own) => own === intent).length)).toEqual(
      Array(INTENTS).fill(125),
    );
  });

  it('spreads each intent over three categories, and each category over three intents', () => {
    for (const intent of indexes(INTENTS)) {
      const categories = law.category.filter((_, item) => law.primary[item] === intent);
      const counts = [...new Set(categories)].map((category) => categories.filter((own) => own === category).length);
      // 125 items by three.
      expect(counts.sort()).toEqual([41, 42, 42]);
    }
    for (const category of indexes(12)) {
      const intents = law.primary.filter((_, item) => law.category[item] === category);
      expect(new Set(intents).size).toBe(3);
    }
  });

  it.each([2, 7, 12])('lets no two of %i intents share more than one category', (intents) => {
    const { category, primary } = drawLaw({ intents, items: 240, transitions: 0 }, stream(1, 'data', 'law'));
    const spread = indexes(intents).map((intent) => new Set(category.filter((_, item) => primary[item] === intent)));
    for (const [intent, own] of spread.entries()) {
      expect(own.size).toBe(3);
      for (const other of spread.slice(intent + 1))
        expect([...own].filter((one) => other.has(one)).length).toBeLessThanOrEqual(1);
    }
  });

  it('gives a fifth of the items another intent', () => {
    const others = law.secondary.filter((intent) => intent >= 0);
    // 300 of 1500; three standard deviations are 46.
    expect(Math.abs(others.length - 300)).toBeLessThan(46);
    expect(law.secondary.some((intent, item) => intent === law.primary[item])).toBe(false);
    expect(new Set(others).size).toBe(INTENTS);
  });

  it('makes the item of rank k popular by k^-.8, whatever its intent', () => {
    const popularity = law.popularity.toSorted().toReversed();
    expect(popularity.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    for (const rank of [2, 10, 1500]) expect(popularity[0]! / popularity[rank - 1]!).toBeCloseTo(rank ** 0.8, 9);
    expect(law.popularity).not.toEqual(popularity);
  });

  it('makes items of an intent likely by popularity, by .6 of it where the intent is their second', () => {
    for (const intent of indexes(INTENTS)) {
      const row = rowOf(law, intent);
      expect(row.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12);
      const first = law.primary.indexOf(intent);
      const unit = row[first]! / law.popularity[first]!;
      for (const item of indexes(ITEMS)) {
        const weight = law.primary[item] === intent ? 1 : law.secondary[item] === intent ? 0.6 : 0;
        expect(row[item]! / law.popularity[item]!).toBeCloseTo(weight * unit, 9);
      }
    }
  });

  it('draws the chances of intents from a Dirichlet distribution of parameter 5', () => {
    // Of two intents: mean ½, variance ¼ / 11 = .0227, as of a beta distribution.
    const shares = indexes(2000).map(
      (seed) => drawLaw({ intents: 2, items: 8, transitions: 0 }, stream(seed, 'data', 'law')).prior[0]!,
    );
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    // The standard deviation of the mean is √(.0227 / 2000) = .0034.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.0102);
    expect(variance).toBeGreaterThan(0.0205);
    expect(variance).toBeLessThan(0.025);
  });

  it('lays the items of each intent in a circle, of which three follow an item', () => {
    for (const intent of indexes(INTENTS)) {
      const own = rowOf(law, intent);
      const begin = law.primary.indexOf(intent);
      const circle = [begin];
      for (let item = law.follower[intent * ITEMS + begin]!; item !== begin;) {
        circle.push(item);
        item = law.follower[intent * ITEMS + item]!;
      }
      expect(circle.toSorted((left, right) => left - right)).toEqual(indexes(ITEMS).filter((item) => own[item]! > 0));
      expect(successorsOf(law, intent, begin)).toEqual(circle.slice(1, 4));
      const stranger = own.indexOf(0);
      expect(successorsOf(law, intent, stranger)).toEqual([]);
    }
  });

  it('says the same of items in another order', () => {
    const order = Int32Array.from(indexes(ITEMS).toReversed());
    const reordered = withItemsInOrder(law, order);
    const renamed = (item: number): number => ITEMS - 1 - item;
    for (const item of [0, 7, 1499]) {
      const now = renamed(item);
      expect(reordered.category[now]).toBe(law.category[item]);
      expect(reordered.primary[now]).toBe(law.primary[item]);
      expect(reordered.secondary[now]).toBe(law.secondary[item]);
      expect(reordered.popularity[now]).toBe(law.popularity[item]);
      const intent = law.primary[item]!;
      expect(rowOf(reordered, intent)[now]).toBe(rowOf(law, intent)[item]);
      expect(successorsOf(reordered, intent, now)).toEqual(successorsOf(law, intent, item).map(renamed));
    }
  });
});
