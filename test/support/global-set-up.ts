import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A private Postgres server, started for this run of the suites. */
    readonly postgresUrl: string;
  }
}

/** Starts what suites need beyond npm; what cannot be started fails the run by name, never a silent skip. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  project.provide('postgresUrl', postgres.url);
  return () => postgres.stop();
}
