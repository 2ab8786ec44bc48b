import { setTimeout as delay } from 'node:timers/promises';
import { entities } from '#apps/application.ts';
import { readConfig } from '#platform/config/config.ts';
import { Database } from '#platform/database/database.ts';
import { stream } from '#science/random/stream.ts';
import { sprintlab, startSprintlab, type Running } from './command-line.ts';
import { childrenOf, killProcess } from './process-tree.ts';

export type FaultKind = 'child' | 'worker' | 'leader' | 'redis' | 'postgres' | 'disk';

/** What a fault needs beyond processes to kill. */
export interface Machinery {
  readonly restartRedis?: () => Promise<void>;
  readonly restartPostgres?: () => Promise<void>;
  /** Leaves the disk without room for a while. */
  readonly fillDisk?: () => Promise<void>;
}

export interface Place {
  readonly home: string;
  readonly environment: Readonly<Record<string, string>>;
}

const WORKERS = 2;
/** Between two faults, in milliseconds: long enough for something to have begun again. */
const CALM = { least: 200, spread: 900 };

/**
 * Two workers on one home, started again whenever they end, and somebody who kills them, their stages and their servers at
 * moments that a seed decides.
 */
export class FaultyGrid {
  private readonly chance;
  private workers: Running[] = [];
  private isOver = false;
  readonly faults: FaultKind[] = [];

  constructor(
    private readonly place: Place,
    private readonly machinery: Machinery,
    seed: number,
  ) {
    this.chance = stream(seed, 'data', 'faults');
  }

  /** Has workers work on what was submitted while `work` goes on, and stops them after it. */
  async during(work: () => Promise<void>): Promise<void> {
    this.workers = Array.from({ length: WORKERS }, (_, at) => this.start(at));
    try {
      await work();
    } finally {
      this.isOver = true;
      for (const { process: child } of this.workers) child.kill('SIGTERM');
      await Promise.all(this.workers.map(({ outcome }) => outcome));
    }
  }

  /** One fault, at a moment at which a stage is running. `false` when nothing is left to do. */
  async strike(): Promise<boolean> {
    await delay(CALM.least + this.chance.integer(CALM.spread));
    if (!(await this.isBusy())) return false;
    const kinds = this.kinds();
    const kind = kinds[this.chance.integer(kinds.length)] ?? 'worker';
    if (!(await this.commit(kind))) return true;
    this.faults.push(kind);
    return true;
  }

  /** Are there stages that wait or run? */
  async isBusy(): Promise<boolean> {
    const [found] = await this.query<{ open: number | string }>(
      `SELECT COUNT(*) AS open FROM submissions WHERE state = 'active'`,
    );
    return Number(found?.open ?? 0) > 0;
  }

  async query<Row>(text: string): Promise<readonly Row[]> {
    const { home, environment } = this.place;
    const { database: target } = readConfig({ SPRINTLAB_HOME: home, ...environment }, home);
    const database = await Database.open(target, entities);
    try {
      return await database.read((rows) => rows.query<Row[]>(text));
    } finally {
      await database.close();
    }
  }

  private kinds(): readonly FaultKind[] {
    const { restartRedis, restartPostgres, fillDisk } = this.machinery;
    // Killing is what happens most; each server and the disk have their share.
    return [
      ...(['child', 'child', 'worker', 'worker', 'leader'] as const),
      ...(restartRedis === undefined ? [] : (['redis'] as const)),
      ...(restartPostgres === undefined ? [] : (['postgres'] as const)),
      ...(fillDisk === undefined ? [] : (['disk'] as const)),
    ];
  }

  /** `false` where there was nothing to hit at this moment. */
  private async commit(kind: FaultKind): Promise<boolean> {
    const { restartRedis, restartPostgres, fillDisk } = this.machinery;
    const done = (work: (() => Promise<void>) | undefined) => async (): Promise<boolean> => {
      await work?.();
      return work !== undefined;
    };
    const acts = {
      child: async () => killOne(await this.stageProcesses(), this.chance.integer(WORKERS)),
      worker: async () => killOne(await this.workerProcesses(), this.chance.integer(WORKERS)),
      leader: async () => killOne(await this.leaders(), 0),
      redis: done(restartRedis),
      postgres: done(restartPostgres),
      disk: done(fillDisk),
    } satisfies Record<FaultKind, () => Promise<boolean>>;
    return acts[kind]();
  }

  private async leaders(): Promise<readonly number[]> {
    return (await this.query<{ pid: number }>('SELECT pid FROM leaderships')).map(({ pid }) => pid);
  }

  private start(at: number): Running {
    const running = startSprintlab(['worker', '--workers', '1'], this.place);
    void running.outcome.then(() => {
      if (!this.isOver) this.workers[at] = this.start(at);
    });
    return running;
  }

  /** The verb starts the program of the worker, and that the stages. */
  private async workerProcesses(): Promise<readonly number[]> {
    const found = await Promise.all(this.workers.map(({ process: verb }) => childrenOf(verb.pid ?? 0)));
    return found.flat();
  }

  private async stageProcesses(): Promise<readonly number[]> {
    const found = await Promise.all((await this.workerProcesses()).map((pid) => childrenOf(pid)));
    return found.flat();
  }
}

/** Tries failed trials again as often as chance has killed one of their stages three times. */
export async function healed(grid: FaultyGrid, place: Place, submissions: readonly string[]): Promise<void> {
  for (;;) {
    while (await grid.isBusy()) await delay(300);
    const retried = await Promise.all(submissions.map((id) => sprintlab(['retry', id], place)));
    const refused = retried.filter(({ code }) => code !== 0);
    const unexpected = refused.find(({ err }) => !err.includes('has no failed trial'));
    if (unexpected !== undefined) throw new Error(unexpected.err);
    if (refused.length === retried.length) return;
  }
}

function killOne(pids: readonly number[], at: number): boolean {
  const pid = pids[at % Math.max(1, pids.length)];
  return pid !== undefined && killProcess(pid);
}
