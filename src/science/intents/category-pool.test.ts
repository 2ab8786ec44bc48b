import { describe, expect, it } from 'vitest';
import { aView } from '../../../test/support/session-views.ts';
import { categoryPool } from './category-pool.ts';

const item = (...categories: string[]): { title: null; categories: string[] } => ({ title: null, categories });
// `Shop` is on four of five items with categories, `Home` on exactly... two; item 6 has none.
const ITEMS = [
  item('Shop', 'Tea'),
  item('Shop', 'TEA '),
  item('Shop', 'Home'),
  item('Shop', 'Home', 'Lamps'),
  item('Boots'),
  item(),
];
// Contexts: [1], [3, 5], [6], [2, 4], [5].
const train = aView([
  [1, 4],
  [3, 5, 1],
  [6, 1],
  [2, 4, 4],
  [5, 6],
]);

describe('the pool of categories', () => {
  it('has the most frequent categories that are no root, by the sessions whose context has them, then by name', () => {
    const { pool } = categoryPool(ITEMS, train, 3);
    // boots: sessions 1 and 4; home: 1 and 3; tea: 0 and 3; lamps: 3 alone, beyond the three.
    expect(pool.intents.map(({ id, name, support }) => [id, name, support])).toEqual([
      [1, 'boots', 2],
      [2, 'home', 2],
      [3, 'tea', 2],
    ]);
    expect(pool.intents[0]).toMatchObject({
      description: 'items of the category boots',
      origin: 'init',
      status: 'active',
    });
  });

  it('labels every training session whose context has one of them', () => {
    const { labels } = categoryPool(ITEMS, train, 3);
    expect([...labels.position]).toEqual([0, 1, 3, 4]);
    expect([...labels.offsets]).toEqual([0, 1, 3, 5, 6]);
    // tea | boots, home | home, tea | boots
    expect([...labels.intents]).toEqual([2, 0, 1, 1, 2, 0]);
  });

  it('never looks at the held-out item', () => {
    const other = aView([
      [1, 3],
      [3, 5, 6],
      [6, 5],
      [2, 4, 1],
      [5, 1],
    ]);
    expect(categoryPool(ITEMS, other, 9)).toEqual(categoryPool(ITEMS, train, 9));
  });

  it('is empty, and labels nobody, without categories or with roots alone', () => {
    for (const items of [ITEMS.map(() => item()), ITEMS.map(() => item('Shop'))]) {
      const { pool, labels } = categoryPool(items, train, 3);
      expect(pool.intents).toEqual([]);
      expect([labels.position.length, ...labels.offsets]).toEqual([0, 0]);
    }
  });
});
