import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { BullStageQueue } from '#features/stages/jobs/bull-stage-queue.ts';
import { openRedisJobs } from '#platform/queue/on-demand.ts';
import type { JobsPlace } from '#platform/queue/redis-jobs.ts';
import { aPlan, aStage, aTrial, aWorker } from '../support/builders.ts';
import {
  openPostgresHome,
  openPostgresHomeWith,
  openSqliteHome,
  openSqliteHomeWith,
  type OpenQueue,
  type TestHome,
} from '../support/home.ts';
import { startRedis, type RedisServer } from '../support/redis-server.mjs';
import { describeStageQueue } from './stage-queue.contract.ts';

const placeAt = (url: string): JobsPlace => {
  return { url, prefix: `suite-${Math.random().toString(36).slice(2)}`, name: 'stages' };
};
const bull: OpenQueue = (claims) => {
  const place = placeAt(inject('redisUrl'));
  return Promise.resolve(new BullStageQueue(claims, () => openRedisJobs(place)));
};

describeStageQueue('on SQLite', openSqliteHome);
describeStageQueue('on Postgres', openPostgresHome);
describeStageQueue('on BullMQ and SQLite', () => openSqliteHomeWith(bull));
describeStageQueue('on BullMQ and Postgres', () => openPostgresHomeWith(bull));

describe('the stage queue on BullMQ', () => {
  let server: RedisServer;
  let place: JobsPlace;
  let home: TestHome;
  let now: number;
  beforeAll(async () => (server = await startRedis()));
  afterAll(() => server.stop());
  beforeEach(async () => {
    place = placeAt(server.url);
    now = 0;
    const open = () => openRedisJobs(place);
    home = await openSqliteHomeWith((claims) => Promise.resolve(new BullStageQueue(claims, open, () => now)));
  });
  afterEach(() => home.close());

  const WORDS = ['a', 'b', 'c', 'd'];
  const submit = () => home.submissions.submit(aPlan([{ trial: aTrial(), stages: WORDS.map((word) => aStage(word)) }]));
  const claim = async (slots: number, worker = aWorker()) => {
    const claims = await home.queue.claim({ worker, slots, submission: null });
    return claims.map(({ stage }) => stage.parameters['word']);
  };
  /** Waits until stages come by Redis again. */
  const delivered = async (slots: number, words: readonly string[]): Promise<void> => {
    const asking = vi.spyOn(home.claims, 'claimNext').mockResolvedValue([]);
    await vi.waitFor(
      async () => {
        await home.queue.offer();
        expect(await claim(slots)).toEqual(words);
      },
      { timeout: 10_000, interval: 100 },
    );
    asking.mockRestore();
  };

  it('does not ask the data base for what Redis delivers', async () => {
    const asking = vi.spyOn(home.claims, 'claimNext');
    await submit();
    await home.queue.offer();
    expect([await claim(1), await claim(3)]).toEqual([['a'], ['b', 'c', 'd']]);
    expect(asking).not.toHaveBeenCalled();
  });

  it('offers again what Redis forgot', async () => {
    await submit();
    await home.queue.offer();
    await server.flush();
    await home.queue.offer();
    now += 5_000;
    await delivered(4, WORDS);
  });

  it('is filled by the data base where nobody has offered, once a second', async () => {
    await submit();
    expect(await claim(2)).toEqual(['a', 'b']);
    expect(await claim(2)).toEqual([]);
    now += 1_000;
    expect(await claim(2)).toEqual(['c', 'd']);
  });

  it('goes on from the data base while Redis is stopped, and by Redis when it is back', async () => {
    await submit();
    await home.queue.offer();
    await server.stop();
    expect(await claim(1)).toEqual(['a']);
    await home.queue.offer();
    expect(await claim(1)).toEqual(['b']);
    await server.startAgain();
    await delivered(2, ['c', 'd']);
  });

  it('goes on from the data base when Redis does not answer', async () => {
    await submit();
    await home.queue.offer();
    server.freeze();
    expect(await claim(1)).toEqual(['a']);
    server.thaw();
    // What Redis was told while it was frozen it does now: those jobs have no holder.
    await delivered(1, ['b']);
  });

  it('starts without Redis', async () => {
    await server.stop();
    await submit();
    await home.queue.offer();
    expect(await claim(3)).toEqual(['a', 'b', 'c']);
    await server.startAgain();
    await delivered(1, ['d']);
  });

  it('loses nothing to a claimant who dies between taking a job and claiming its stage', async () => {
    await submit();
    await home.queue.offer();
    const dead = await openRedisJobs(place);
    await dead.isUp();
    expect(await dead.take(2)).toHaveLength(2);
    await dead.close();
    expect(await claim(4)).toEqual(['c', 'd', 'a', 'b']);
    // Whose jobs come up again, and are stages that run already.
    const dropped = async (): Promise<void> => {
      expect(await claim(4)).toEqual([]);
      expect(await jobsLeft(place)).toEqual([]);
    };
    await vi.waitFor(dropped, { timeout: 20_000, interval: 200 });
  });

  it('drops what was claimed past it, as by a run, without holding up the next', async () => {
    const { submission } = await submit();
    await home.queue.offer();
    const request = { worker: aWorker(), slots: 3, submission: submission.id };
    expect(await home.queue.claim(request)).toHaveLength(3);
    expect(await claim(1)).toEqual(['d']);
  });

  it('hands out what lies behind many stages of other code', async () => {
    const other = Array.from({ length: 50 }, (_, index) => ({ ...aStage(`x${index}`), codeVersion: '1'.repeat(64) }));
    await home.submissions.submit(aPlan([{ trial: aTrial(), stages: [...other, aStage('mine')] }]));
    await home.queue.offer();
    expect(await claim(1)).toEqual(['mine']);
  });

  it('removes what it cannot read', async () => {
    const jobs = await openRedisJobs(place);
    await jobs.isUp();
    await jobs.add([{ id: 'odd', priority: 1, payload: { what: 'else' } }]);
    await submit();
    await home.queue.offer();
    expect(await claim(1)).toEqual(['a']);
    expect(await jobs.take(9)).toHaveLength(3);
    await jobs.close();
  });
});

/** The jobs that Redis still knows, in whatever state. */
async function jobsLeft({ url, prefix }: JobsPlace): Promise<readonly string[]> {
  const client = new Redis(url);
  const keys = await client.keys(`${prefix}:*-1`);
  client.disconnect();
  return keys;
}
