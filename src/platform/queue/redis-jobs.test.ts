import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startRedis, type RedisServer } from '../../../test/support/redis-server.mjs';
import { RedisJobs, type JobsPlace, type WaitingJob } from './redis-jobs.ts';

let server: RedisServer;
let place: JobsPlace;
const opened: RedisJobs[] = [];
beforeAll(async () => (server = await startRedis()));
afterAll(() => server.stop());
beforeEach(() => (place = { url: server.url, prefix: `test-${Math.random().toString(36).slice(2)}`, name: 'jobs' }));
afterEach(() => Promise.all(opened.splice(0).map((jobs) => jobs.close())));

const open = (): RedisJobs => {
  const jobs = new RedisJobs(place);
  opened.push(jobs);
  return jobs;
};
const aJob = (id: string, priority = 1): WaitingJob => ({ id, priority, payload: { of: id } });
const takenBy = async (jobs: RedisJobs, count = 1): Promise<readonly unknown[]> => {
  const taken = await jobs.take(count);
  await Promise.all(taken.map((job) => job.finish()));
  return taken.map(({ payload }) => payload);
};

describe('jobs in Redis', () => {
  it('come out by priority, equals in the order in which they were added', async () => {
    const jobs = open();
    expect(await jobs.isUp()).toBe(true);
    await jobs.add([aJob('late', 9), aJob('first', 2), aJob('second', 2)]);
    await jobs.reorder([{ id: 'late', priority: 1 }]);
    expect(await takenBy(jobs, 5)).toEqual([{ of: 'late' }, { of: 'first' }, { of: 'second' }]);
  });

  it('wait once, though they are added twice, and can be added again when they are finished', async () => {
    const jobs = open();
    await jobs.isUp();
    await jobs.add([aJob('a')]);
    await jobs.add([aJob('a')]);
    expect(await takenBy(jobs, 2)).toHaveLength(1);
    await jobs.add([aJob('a')]);
    expect(await takenBy(jobs, 2)).toHaveLength(1);
  });

  it('wait for the time they were put back for', async () => {
    const jobs = open();
    await jobs.isUp();
    await jobs.add([aJob('a')]);
    const [job] = await jobs.take(1);
    await job!.putBack(300);
    expect(await jobs.take(1)).toEqual([]);
    await vi.waitFor(async () => expect(await takenBy(jobs)).toEqual([{ of: 'a' }]), { timeout: 10_000 });
  });

  it('wait again, whose holder died before it finished them', async () => {
    const [dead, alive] = [open(), open()];
    await Promise.all([dead.isUp(), alive.isUp()]);
    await dead.add([aJob('a')]);
    expect(await dead.take(1)).toHaveLength(1);
    await opened.shift()!.close();
    await alive.add([aJob('a')]);
    expect(await alive.take(1)).toEqual([]);
    await vi.waitFor(async () => expect(await takenBy(alive)).toEqual([{ of: 'a' }]), { timeout: 20_000 });
  });

  it('are out of reach while the server is away, which is said at once, and within reach when it is back', async () => {
    const jobs = open();
    expect(await jobs.isUp()).toBe(true);
    await server.stop();
    await vi.waitFor(async () => expect(await jobs.isUp()).toBe(false));
    await expect(jobs.take(1)).rejects.toThrow();
    await server.startAgain();
    await vi.waitFor(async () => expect(await jobs.isUp()).toBe(true), { timeout: 10_000 });
    await jobs.add([aJob('a')]);
    expect(await takenBy(jobs)).toEqual([{ of: 'a' }]);
  });

  it('are waited for two seconds by whom the server leaves without an answer', async () => {
    const jobs = open();
    await jobs.isUp();
    server.freeze();
    const start = performance.now();
    await expect(jobs.take(2)).rejects.toThrow();
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(await jobs.isUp()).toBe(false);
    server.thaw();
    await vi.waitFor(async () => expect(await jobs.isUp()).toBe(true), { timeout: 10_000 });
  });

  it('may be closed while there is no server', async () => {
    const jobs = new RedisJobs({ ...place, url: 'redis://127.0.0.1:9' });
    expect(await jobs.isUp()).toBe(false);
    await jobs.close();
  });
});
