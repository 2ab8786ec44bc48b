import type { MigrationInterface } from 'typeorm';
import { FirstTables1790000000001 } from './0001-first-tables.ts';
import { LlmCalls1790000000002 } from './0002-llm-calls.ts';
import { Grids1790000000003 } from './0003-grids.ts';
import { Mirrors1790000000004 } from './0004-mirrors.ts';
import { Accounts1790000000005 } from './0005-accounts.ts';

/** In the order in which they run. A migration that was released is never edited; the next one mends it. */
export const migrations: readonly (new () => MigrationInterface)[] = [
  FirstTables1790000000001,
  LlmCalls1790000000002,
  Grids1790000000003,
  Mirrors1790000000004,
  Accounts1790000000005,
];
