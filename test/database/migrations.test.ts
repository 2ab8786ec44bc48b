import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { entities } from '#apps/application.ts';
import type { DatabaseTarget } from '#platform/config/config.ts';
import { dataSourceOptions } from '#platform/database/database.ts';
import { freshDatabase } from '../support/postgres-server.mjs';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const ENGINES: readonly (readonly [string, () => Promise<DatabaseTarget>])[] = [
  [
    'SQLite',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'sprintlab-migrations-'));
      folders.push(folder);
      return { engine: 'sqlite', file: join(folder, 'test.db') };
    },
  ],
  ['Postgres', async () => ({ engine: 'postgres', url: await freshDatabase(inject('postgresUrl')) })],
];

describe.each(ENGINES)('the migrations on %s', (_, target) => {
  it('make exactly the tables that the entities describe', async () => {
    const source = await new DataSource(dataSourceOptions(await target(), entities)).initialize();
    await source.runMigrations();
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    await source.destroy();
  });

  it('can be taken back', async () => {
    const source = await new DataSource(dataSourceOptions(await target(), entities)).initialize();
    await source.runMigrations();
    for (let left = source.migrations.length; left > 0; left--) await source.undoLastMigration();
    const tables = await source.createQueryRunner().getTables(['stages', 'trials', 'events', 'calls']);
    expect(tables).toEqual([]);
    await source.destroy();
  });
});
