import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPlan, aStage, aTrial, aWorker } from '../../../test/support/builders.ts';
import { openPostgresHome, openSqliteHome, type TestHome } from '../../../test/support/home.ts';
import type { StoredObject } from '#platform/object-store/folder-object-store.ts';
import type { PlannedStage } from './domain/stage.ts';
import { GarbageCollection, type CollectionReport } from './garbage-collection.ts';

const USAGE = { seconds: 1, cpuSeconds: 1, peakMemoryBytes: 1 };
const NOTHING = { count: 0, bytes: 0 };

describe.each([
  ['SQLite', openSqliteHome],
  ['Postgres', openPostgresHome],
])('garbage on %s', (_, open) => {
  let home: TestHome;
  beforeEach(async () => (home = await open()));
  afterEach(() => home.close());

  const put = (text: string): Promise<StoredObject> => home.artifacts.store.put(new TextEncoder().encode(text));
  const has = ({ hash }: StoredObject): Promise<boolean> => home.artifacts.store.has(hash);

  async function submit(name: string, stages: readonly PlannedStage[]): Promise<string> {
    const plan = aPlan([{ trial: aTrial(), stages }], { name });
    return (await home.submissions.submit(plan)).submission.id;
  }

  /** Runs what is ready of a submission; the artifact of a stage is its word. */
  async function work(submission: string): Promise<readonly StoredObject[]> {
    const made: StoredObject[] = [];
    for (;;) {
      const [claim] = await home.queue.claim({ worker: aWorker(), slots: 1, submission });
      if (claim === undefined) return made;
      const out = await put(claim.stage.parameters['word'] as string);
      await home.ledger.complete(claim, { artifacts: { out }, metrics: [], usage: USAGE, log: null });
      made.push(out);
    }
  }

  /** The clock of a file system stands still for some milliseconds, and what is as old as the collection stays. */
  async function collect(change: Partial<Parameters<GarbageCollection['run']>[0]> = {}): Promise<CollectionReport> {
    await delay(20);
    return new GarbageCollection(home).run({ dryRun: false, unwanted: false, ...change });
  }

  it('are objects without a row and rows without a keeper, and nothing that is kept', async () => {
    const [kept] = await work(await submit('test', [aStage('kept')]));
    const [orphan, unkept] = [await put('orphan'), await put('nobody')];
    await home.database.transaction(async (rows) => {
      await home.artifacts.link(rows, { kind: 'dataset', id: 'toy' }, { items: unkept });
      await home.artifacts.unlink(rows, { kind: 'dataset', id: 'toy' });
    });
    const would = await collect({ dryRun: true });
    expect(would).toEqual({
      dryRun: true,
      bytes: 12,
      orphans: { count: 1, bytes: 6 },
      unkept: { count: 1, bytes: 6 },
      workspaces: NOTHING,
      unwantedStages: 0,
      heldBack: NOTHING,
    });
    expect([await has(kept!), await has(orphan), await has(unkept)]).toEqual([true, true, true]);
    expect(await collect()).toEqual({ ...would, dryRun: false });
    expect([await has(kept!), await has(orphan), await has(unkept)]).toEqual([true, false, false]);
    expect(await collect()).toMatchObject({ bytes: 0 });
    expect(await home.artifacts.verify(() => undefined)).toEqual([]);
  });

  it('are never what a stage that is wanted reads, though its data set was deleted', async () => {
    const [data, other] = [await put('data'), await put('more data')];
    const toy = { kind: 'dataset', id: 'toy' } as const;
    const reader = { ...aStage('reader'), inputs: { interactions: { from: 'dataset', hash: data.hash } } } as const;
    await home.database.transaction(async (rows) => {
      await home.artifacts.link(rows, toy, { interactions: data, items: other });
    });
    await work(await submit('test', [reader]));
    await home.database.transaction((rows) => home.artifacts.unlink(rows, toy));
    expect(await collect({ unwanted: true })).toMatchObject({ bytes: 9, unkept: { count: 1 } });
    expect([await has(data), await has(other)]).toEqual([true, false]);
    await home.experiments.delete('test');
    expect(await collect()).toMatchObject({ bytes: 4, unkept: { count: 1 } });
    expect(await has(data)).toBe(false);
  });

  it('stay while a stage runs that may be about to record them', async () => {
    const submission = await submit('test', [aStage('slow')]);
    const [claim] = await home.queue.claim({ worker: aWorker(), slots: 1, submission });
    const out = await put('adopted');
    expect(await collect()).toMatchObject({ bytes: 0, heldBack: { count: 1, bytes: 7 } });
    await home.ledger.complete(claim!, { artifacts: { out }, metrics: [], usage: USAGE, log: null });
    expect(await collect()).toMatchObject({ bytes: 0, heldBack: NOTHING });
    await home.artifacts.store.verify(out.hash);
  });

  it('are the files of stages that no experiment wants, if that is asked for, and never of those that another wants', async () => {
    const [shared, own] = [aStage('shared'), aStage('own', [aStage('shared')])];
    const [ofShared, ofOwn] = await work(await submit('first', [shared, own]));
    await submit('second', [shared]);
    await home.experiments.delete('first');
    expect(await collect()).toMatchObject({ bytes: 0, unwantedStages: 0 });
    expect(await collect({ unwanted: true, dryRun: true })).toMatchObject({ bytes: 3, unwantedStages: 1 });
    expect(await has(ofOwn!)).toBe(true);
    expect(await collect({ unwanted: true })).toMatchObject({ bytes: 3, unkept: { count: 1 }, unwantedStages: 1 });
    expect([await has(ofShared!), await has(ofOwn!)]).toEqual([true, false]);
    expect(await collect({ unwanted: true })).toMatchObject({ bytes: 0, unwantedStages: 0 });
  });

  it('leave of an unwanted stage its account, and it runs again when it is wanted again', async () => {
    const [first, second] = [aStage('one'), aStage('two', [aStage('one')])];
    await work(await submit('first', [first, second]));
    await home.experiments.delete('first');
    await collect({ unwanted: true });
    expect((await home.stages.list()).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    expect(await home.stages.executionsOf([first.key, second.key])).toMatchObject([{ usage: USAGE }, { usage: USAGE }]);
    expect((await home.events.about('stage', [first.key], 'deleted')).length).toBe(1);
    expect(await home.events.verify()).toMatchObject({ brokenAt: null });

    const made = await work(await submit('again', [first, second]));
    expect(made.map(({ bytes }) => bytes)).toEqual([3, 3]);
    expect((await home.stages.list()).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  });
});
