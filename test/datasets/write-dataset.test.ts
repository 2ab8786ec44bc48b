import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { writeDataset } from '#features/datasets/import/write-dataset.ts';
import { generatePlantedDataset } from '#science/synthetic/planted-dataset.ts';
import { PLANTED_DEFAULTS } from '#science/synthetic/planted-options.ts';
import { decodeTruth } from '#science/synthetic/planted-truth.ts';
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

  it('writes what planted data have beside their rows, and nothing beside others', async () => {
    const random = await writeDataset(
      generateRandomDataset({ users: 2, sessionsPerUser: 1, items: 9, seed: 1 }),
      await aFolder(),
    );
    expect(random.files).toMatchObject({ synonyms: null, truth: null });

    const options = { sessions: 30, validSessions: 5, testSessions: 5, items: 48 };
    const planted = generatePlantedDataset({ ...PLANTED_DEFAULTS, ...options });
    const { files } = await writeDataset(planted, await aFolder());
    expect(JSON.parse(await readFile(files.synonyms!, 'utf8'))).toEqual(planted.synonyms);
    expect((await readFile(files.truth!)).equals(planted.truth)).toBe(true);
    // What was planted is told by the numbers that the items have in the written data.
    const { truth } = decodeTruth(planted.truth);
    const written = await readWritten(files);
    expect(written.interactions['item']).toEqual([...truth.item]);
    expect(written.interactions['split']).toEqual(
      written.interactions['session']!.map((session) => truth.split[session]),
    );
  });
});
