import { describe, expect, it } from 'vitest';
import { writeDataset } from '#features/datasets/import/write-dataset.ts';
import { generateRandomDataset } from '#science/synthetic/random-dataset.ts';
import { aFolder, readWritten } from './import-fixture.ts';

describe('writeDataset', () => {
  it('writes generated data in the form of an import: every column, indexes by first appearance', async () => {
    const generated = generateRandomDataset({ users: 30, sessionsPerUser: 3, items: 200, seed: 5 });
    const { counts, columns, files } = await writeDataset(generated, await aFolder());
    const { interactions, items, users, sessions } = await readWritten(files);

    expect(Object.values(columns)).not.toContain(false);
    expect(Object.keys(interactions).sort()).toEqual(['item', 'order', 'session', 'split', 'time', 'user']);
    const { interactions: made } = generated;
    expect(interactions['item']?.map((item) => items[item])).toEqual(
      Array.from(made.item, (item) => generated.items[item]),
    );
    expect(users).toEqual(generated.users);
    expect(sessions).toEqual(generated.sessions);
    for (const column of ['time', 'order', 'split'] as const) expect(interactions[column]).toEqual([...made[column]]);

    const bought = new Set(made.item).size;
    expect(counts).toMatchObject({ items: bought, itemsWithTitle: bought, itemsWithoutInteraction: 200 - bought });
    expect(interactions['item']?.[0]).toBe(0);
  });
});
