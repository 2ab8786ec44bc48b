import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { entities } from '#apps/application.ts';
import { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import { CallsService } from '#features/calls/calls.service.ts';
import { EventsService } from '#features/events/events.service.ts';
import { PoolsService } from '#features/pools/pools.service.ts';
import { StageQueue } from '#features/stages/stage-queue.ts';
import { StagesService } from '#features/stages/stages.service.ts';
import { TrialsService } from '#features/trials/trials.service.ts';
import { ExperimentsService } from '#features/experiments/experiments.service.ts';
import { SubmissionsService } from '#features/submissions/submissions.service.ts';
import type { DatabaseTarget } from '#platform/config/config.ts';
import { Database } from '#platform/database/database.ts';
import { FolderObjectStore } from '#platform/object-store/folder-object-store.ts';
import { SteppedClock } from './stepped-clock.ts';
import { freshDatabase } from './postgres-server.ts';

export interface TestHome {
  readonly folder: string;
  readonly clock: SteppedClock;
  readonly database: Database;
  readonly artifacts: ArtifactsService;
  readonly calls: CallsService;
  readonly events: EventsService;
  readonly pools: PoolsService;
  readonly queue: StageQueue;
  readonly stages: StagesService;
  readonly trials: TrialsService;
  readonly experiments: ExperimentsService;
  readonly submissions: SubmissionsService;
  close(): Promise<void>;
}

export type OpenHome = () => Promise<TestHome>;

export const openSqliteHome: OpenHome = () =>
  openHome((folder) => Promise.resolve({ engine: 'sqlite', file: join(folder, 'sprintlab.db') }));

export const openPostgresHome: OpenHome = () =>
  openHome(async () => ({ engine: 'postgres', url: await freshDatabase(inject('postgresUrl')) }));

async function openHome(targetIn: (folder: string) => Promise<DatabaseTarget>): Promise<TestHome> {
  const folder = await mkdtemp(join(tmpdir(), 'sprintlab-home-'));
  const clock = new SteppedClock();
  const database = await Database.open(await targetIn(folder), entities);
  const artifacts = new ArtifactsService(database, clock, new FolderObjectStore(join(folder, 'artifacts')));
  const events = new EventsService(database, clock);
  const calls = new CallsService(database, clock);
  const stages = new StagesService(database, events);
  const queue = new StageQueue({ database, clock, artifacts, calls, events });
  const pools = new PoolsService(stages, artifacts);
  const trials = new TrialsService(database);
  const experiments = new ExperimentsService(database, clock, events);
  const submissions = new SubmissionsService({ database, clock, experiments, trials, queue, events });
  const close = async (): Promise<void> => {
    await database.close();
    await rm(folder, { recursive: true });
  };
  return {
    folder,
    clock,
    database,
    artifacts,
    calls,
    events,
    pools,
    queue,
    stages,
    trials,
    experiments,
    submissions,
    close,
  };
}
