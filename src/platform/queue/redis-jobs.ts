import { Queue, Worker, type Job } from 'bullmq';
import type { JsonObject } from '#kernel/json.ts';
import { RedisLink } from './redis-link.ts';

export interface WaitingJob {
  /** Adding one that waits already changes nothing. Without colons, which BullMQ keeps for itself. */
  readonly id: string;
  readonly payload: JsonObject;
  /** From 1 to `LOWEST_PRIORITY`: smaller goes first; of equals, the one added first. */
  readonly priority: number;
}

/** A job that nobody else is handed until it is put back, or its holder has not been heard of for some seconds. */
export interface TakenJob {
  /** As it came out of Redis. */
  readonly payload: unknown;
  /** Removes it. */
  finish(): Promise<void>;
  /** Puts it back, to be taken after a pause. */
  putBack(pauseMs: number): Promise<void>;
}

/** Where a queue is: queues of one server are told apart by their prefix. */
export interface JobsPlace {
  readonly url: string;
  readonly prefix: string;
  readonly name: string;
}

/** A job that was taken, and neither finished nor put back within this time, waits again soon after. */
const LOCK_MS = 2_000;
/** Of one command: enough to save trips, and few enough for others to come between. */
const BATCH = 500;

/** Jobs in Redis, by BullMQ. All but `isUp` and `close` reject where the server cannot be reached. */
export class RedisJobs {
  private readonly link: RedisLink;
  private readonly queue: Queue;
  private readonly worker: Worker;
  private taken = 0;

  constructor({ url, prefix, name }: JobsPlace) {
    this.link = new RedisLink(url);
    const shared = { connection: this.link.client, prefix, skipVersionCheck: true };
    this.queue = new Queue(name, { ...shared, skipMetasUpdate: true });
    // Without a function to run: jobs are taken one by one, by whoever has room for them.
    this.worker = new Worker(name, null, {
      ...shared,
      autorun: false,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS,
      // Holders may die as often as they like: it is not the job that is wrong.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
    this.queue.on('error', () => undefined);
    this.worker.on('error', () => undefined);
    // Finds the jobs whose holder died between taking and finishing them.
    void this.worker.startStalledCheckTimer();
  }

  isUp(): Promise<boolean> {
    return this.link.isUp();
  }

  /** Has `listener` called whenever a server is reached: it may have forgotten everything. */
  onReached(listener: () => void): void {
    this.link.onReached(listener);
  }

  add(jobs: readonly WaitingJob[]): Promise<void> {
    return this.told(async () => {
      for (let start = 0; start < jobs.length; start += BATCH) {
        const batch = jobs.slice(start, start + BATCH);
        await this.queue.addBulk(
          batch.map((job) => ({ name: this.queue.name, data: job.payload, opts: optionsOf(job) })),
        );
      }
    });
  }

  /** Gives jobs that wait another priority. Those that are not there are left out. */
  reorder(jobs: readonly Pick<WaitingJob, 'id' | 'priority'>[]): Promise<void> {
    return this.told(async () => {
      for (const { id, priority } of jobs) {
        const job = (await this.queue.getJob(id)) as Job | undefined;
        // It may have been taken in between.
        await job?.changePriority({ priority }).catch(() => undefined);
      }
    });
  }

  /** Up to so many jobs, the foremost first; fewer when no more wait. */
  take(count: number): Promise<readonly TakenJob[]> {
    return this.told(async () => {
      const asked = Array.from({ length: count }, () => this.takeOne());
      const answers = await Promise.allSettled(asked);
      const jobs = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : null));
      const found = jobs.filter((job) => job !== null);
      const failure = answers.find((answer) => answer.status === 'rejected');
      if (found.length === 0 && failure !== undefined) throw failure.reason;
      return found;
    });
  }

  async close(): Promise<void> {
    // Nothing is worth waiting for: a job in hand waits again by itself.
    await this.worker.close(true);
    await this.queue.close();
    this.link.close();
  }

  private async takeOne(): Promise<TakenJob | null> {
    const token = `${this.worker.id}-${this.taken}`;
    this.taken += 1;
    const job = (await this.worker.getNextJob(token, { block: false })) as Job<unknown> | undefined;
    if (job === undefined) return null;
    return {
      payload: job.data,
      finish: () =>
        this.told(async () => {
          await job.moveToCompleted(null, token, false);
        }),
      putBack: (pauseMs) => this.told(() => job.moveToDelayed(Date.now() + pauseMs, token)),
    };
  }

  private async told<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      this.link.leaveAlone();
      throw error;
    }
  }
}

function optionsOf({ id: jobId, priority }: WaitingJob): NonNullable<Parameters<Queue['add']>[2]> {
  return { jobId, priority, removeOnComplete: true, removeOnFail: true };
}
