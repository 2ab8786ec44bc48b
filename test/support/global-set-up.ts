import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres-server.mjs';
import { startRedis } from './redis-server.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** A private Postgres server, started for this run of the suites. */
    readonly postgresUrl: string;
    /** A private Redis server, started for this run of the suites: whoever uses it has a prefix of its own. */
    readonly redisUrl: string;
  }
}

/** Starts what suites need beyond npm; what cannot be started fails the run by name, never a silent skip. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  const redis = await startRedis();
  project.provide('postgresUrl', postgres.url);
  project.provide('redisUrl', redis.url);
  return async () => {
    await redis.stop();
    await postgres.stop();
  };
}
