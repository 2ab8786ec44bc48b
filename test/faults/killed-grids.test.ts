import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, startPostgres, type PostgresServer } from '../support/postgres-server.mjs';
import { startRedis, type RedisServer } from '../support/redis-server.mjs';
import { aFolder, sprintlab } from '../support/command-line.ts';
import { FaultyGrid, healed, type FaultKind, type Machinery, type Place } from '../support/faulty-grid.ts';
import { aSprintManifest, bitsOf, GENERATE_PLANTED, type Bits } from '../support/planted-home.ts';
import { SmallDisk } from '../support/small-disk.ts';

/** How many faults there are in all; `npm run check:faults` asks for more. */
const FAULTS = Number(process.env['SPRINTLAB_TEST_FAULTS'] ?? 20);
const SEED = 11;
const DISK_KILOBYTES = 300_000;
const FULL_MS = 1_500;
const AWAY_MS = 500;

interface Pair {
  readonly name: string;
  readonly usesPostgres: boolean;
  readonly usesRedis: boolean;
}
const PAIRS: readonly Pair[] = [
  { name: 'embedded queue on SQLite', usesPostgres: false, usesRedis: false },
  { name: 'embedded queue on Postgres', usesPostgres: true, usesRedis: false },
  { name: 'BullMQ and SQLite', usesPostgres: false, usesRedis: true },
  { name: 'BullMQ and Postgres', usesPostgres: true, usesRedis: true },
];

/** Each grid is another, so that there is always something left to disturb. */
function grid(number: number): Promise<string> {
  return aSprintManifest([
    `name: grid-${number}`,
    `seeds: {train: [${number}], profile: [${number}]}`,
    'axes: {enrichment.strategy: [neighbour, self]}',
  ]);
}

/** What the first grids make that nobody disturbs, by their number. The same for every pair, so it is made once. */
const undisturbed: Bits[] = [];
let quietHome: string;
beforeAll(async () => {
  quietHome = await mkdtemp(join(tmpdir(), 'sprintlab-quiet-'));
  const { code, err } = await sprintlab(GENERATE_PLANTED, { home: quietHome });
  if (code !== 0) throw new Error(err);
});
afterAll(() => rm(quietHome, { recursive: true }));

async function undisturbedBits(grids: number): Promise<Bits> {
  while (undisturbed.length < grids) {
    const { code, err } = await sprintlab(['run', await grid(undisturbed.length + 1)], { home: quietHome });
    if (code !== 0) throw new Error(err);
    undisturbed.push(await bitsOf(quietHome));
  }
  return undisturbed[grids - 1]!;
}

interface Ground extends Place {
  readonly machinery: Machinery;
  close(): Promise<void>;
}

async function groundOf({ usesPostgres, usesRedis }: Pair): Promise<Ground> {
  const disk = SmallDisk.mount(DISK_KILOBYTES);
  // Without the right to mount there is everything but the full disk.
  const home = disk instanceof SmallDisk ? disk.folder : await aFolder();
  const postgres = usesPostgres ? await startPostgres() : null;
  const redis = usesRedis ? await startRedis() : null;
  return {
    home,
    environment: {
      ...(postgres === null ? {} : { SPRINTLAB_DATABASE_URL: await freshDatabase(postgres.url) }),
      ...(redis === null ? {} : { SPRINTLAB_QUEUE_URL: redis.url }),
    },
    machinery: {
      ...(disk instanceof SmallDisk ? { fillDisk: () => fillFor(disk, FULL_MS) } : {}),
      ...(postgres === null ? {} : { restartPostgres: () => crashed(postgres) }),
      ...(redis === null ? {} : { restartRedis: () => emptied(redis) }),
    },
    close: async () => {
      await postgres?.stop();
      await redis?.stop();
      if (disk instanceof SmallDisk) disk.unmount();
    },
  };
}

async function crashed(postgres: PostgresServer): Promise<void> {
  await postgres.crash();
  await delay(AWAY_MS);
  await postgres.startAgain();
}

/** Redis comes back without a job: what it kept is lost. */
async function emptied(redis: RedisServer): Promise<void> {
  await redis.stop();
  await delay(AWAY_MS);
  await redis.startAgain();
}

async function fillFor(disk: SmallDisk, ms: number): Promise<void> {
  disk.fill(0);
  await delay(ms);
  disk.empty();
}

/** Submits grids and disturbs them until there were so many faults, then lets all come to their end. */
async function disturbed(ground: Ground, faults: number, seed: number) {
  const generated = await sprintlab(GENERATE_PLANTED, ground);
  if (generated.code !== 0) throw new Error(generated.err);
  const faulty = new FaultyGrid(ground, ground.machinery, seed);
  const submissions: string[] = [];
  await faulty.during(async () => {
    while (faulty.faults.length < faults) {
      if (await faulty.strike()) continue;
      const submitted = await sprintlab(['submit', await grid(submissions.length + 1), '--json'], ground);
      if (submitted.code !== 0) throw new Error(submitted.err);
      submissions.push((JSON.parse(submitted.out) as { submission: string }).submission);
    }
    await healed(faulty, ground, submissions);
  });
  return { faulty, submissions };
}

describe('a grid that is killed, starved and cut off', () => {
  it.each(PAIRS.map((pair, at) => [pair.name, pair, at] as const))(
    'on %s ends in the bits of one that was left alone, each stage once',
    async (name, pair, at) => {
      const ground = await groundOf(pair);
      try {
        const { faulty, submissions } = await disturbed(ground, Math.ceil(FAULTS / PAIRS.length), SEED + at);
        const ends = await faulty.query<{ ends: number | string }>(
          `SELECT COUNT(*) AS ends FROM events WHERE kind = 'succeeded' AND subject_kind = 'stage' GROUP BY subject_id HAVING COUNT(*) > 1`,
        );
        expect(ends).toEqual([]);
        expect(await bitsOf(ground)).toEqual(await undisturbedBits(submissions.length));
        expect((await sprintlab(['doctor'], ground)).out).toContain('the chain is whole');
        console.log(`${name}: ${countsOf(faulty.faults)} over ${submissions.length} grids`);
      } finally {
        await ground.close();
      }
    },
    900_000,
  );
});

function countsOf(faults: readonly FaultKind[]): string {
  const kinds = [...new Set(faults)].sort();
  return kinds.map((kind) => `${faults.filter((one) => one === kind).length} ${kind}`).join(', ');
}
