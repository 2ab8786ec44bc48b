import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPostgresHome, openSqliteHome, type TestHome } from '../../../test/support/home.ts';
import type { StoredObject } from '#platform/object-store/folder-object-store.ts';
import { countReferences, type Artifact } from './domain/artifact.ts';

const STAGE: Artifact['owner'] = { kind: 'stage', id: 'a-stage' };
const DATASET: Artifact['owner'] = { kind: 'dataset', id: 'toy' };

describe.each([
  ['SQLite', openSqliteHome],
  ['Postgres', openPostgresHome],
])('artifacts on %s', (_, open) => {
  let home: TestHome;
  beforeEach(async () => (home = await open()));
  afterEach(() => home.close());

  const put = (text: string): Promise<StoredObject> => home.artifacts.store.put(new TextEncoder().encode(text));
  const link = (
    owner: Artifact['owner'],
    objects: Readonly<Record<string, StoredObject>>,
  ): Promise<readonly string[]> => home.database.transaction((rows) => home.artifacts.link(rows, owner, objects));

  it('are those that their owner made last', async () => {
    await link(STAGE, { model: await put('first'), log: await put('log') });
    await link(STAGE, { model: await put('second') });
    const found = await home.artifacts.of('stage', [STAGE.id]);
    expect(found.map(({ name, bytes }) => [name, bytes])).toEqual([['model', 6]]);
  });

  it('may be shared by owners', async () => {
    const object = await put('same');
    await link(STAGE, { out: object });
    await link(DATASET, { items: object });
    expect((await home.artifacts.list()).map(({ hash, owner }) => [hash, owner])).toEqual([
      [object.hash, DATASET],
      [object.hash, STAGE],
    ]);
    expect((await home.artifacts.get(object.hash.slice(0, 6))).hash).toBe(object.hash);
  });

  it('have as many references as owners keep the same bytes, under whatever names', async () => {
    const [same, alone] = [await put('same'), await put('alone')];
    await link(STAGE, { out: same, copy: same, log: alone });
    await link(DATASET, { items: same });
    expect(countReferences(await home.artifacts.list())).toEqual(
      new Map([
        [same.hash, 2],
        [alone.hash, 1],
      ]),
    );
    const keepers = await home.artifacts.keepersOf(same.hash);
    expect(keepers.map(({ name, owner }) => [owner.kind, name])).toEqual([
      ['dataset', 'items'],
      ['stage', 'copy'],
      ['stage', 'out'],
    ]);
  });

  it('are not the objects that no row knows, which are named by themselves', async () => {
    await link(STAGE, { out: await put('kept') });
    const orphan = await put('orphan');
    expect(await home.artifacts.orphans()).toEqual([orphan]);
  });

  it('are kept when what was refused held the same bytes, and only then', async () => {
    const [kept, refused] = [await put('kept'), await put('refused')];
    await link(STAGE, { out: kept });
    await home.artifacts.discardUnrecorded([kept, refused]);
    expect([await home.artifacts.store.has(kept.hash), await home.artifacts.store.has(refused.hash)]).toEqual([
      true,
      false,
    ]);
  });

  it('are verified one by one, and the remedy depends on who made them', async () => {
    const [ofStage, ofDataset, good] = [await put('stage'), await put('data set'), await put('good')];
    await link(STAGE, { out: ofStage, good });
    await link(DATASET, { items: ofDataset });
    for (const { hash } of [ofStage, ofDataset]) await home.artifacts.store.remove(hash);
    const progress: number[] = [];
    const damaged = await home.artifacts.verify((done) => progress.push(done));
    expect(damaged).toMatchObject([
      {
        name: 'items',
        problem: 'is missing from the store',
        remedy: expect.stringContaining('import or generate') as string,
      },
      { name: 'out', problem: 'is missing from the store', remedy: expect.stringContaining('--repair') as string },
    ]);
    expect(progress).toEqual([1, 2, 3]);
  });
});
