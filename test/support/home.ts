import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { entities } from '#apps/application.ts';
import { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import { CallsService } from '#features/calls/calls.service.ts';
import { EventsService } from '#features/events/events.service.ts';
import { PoolsService } from '#features/pools/pools.service.ts';
import { EmbeddedStageQueue } from '#features/stages/embedded-stage-queue.ts';
import { OrphanRecovery } from '#features/stages/orphan-recovery.ts';
import { StageClaims } from '#features/stages/stage-claims.ts';
import { StageIntake } from '#features/stages/stage-intake.ts';
import { StageLedger } from '#features/stages/stage-ledger.ts';
import type { StageQueue } from '#features/stages/stage-queue.port.ts';
import { StageRelease } from '#features/stages/stage-release.ts';
import { StagesService } from '#features/stages/stages.service.ts';
import { TrialsService } from '#features/trials/trials.service.ts';
import { ExperimentsService } from '#features/experiments/experiments.service.ts';
import { SubmissionControl } from '#features/submissions/submission-control.ts';
import { SubmissionReview } from '#features/submissions/submission-review.ts';
import { SubmissionsService } from '#features/submissions/submissions.service.ts';
import { WorkersService } from '#features/workers/workers.service.ts';
import type { DatabaseTarget } from '#platform/config/config.ts';
import { Database } from '#platform/database/database.ts';
import { FolderObjectStore } from '#platform/object-store/folder-object-store.ts';
import { SteppedClock } from './stepped-clock.ts';
import { freshDatabase } from './postgres-server.mjs';

export interface TestHome {
  readonly folder: string;
  readonly clock: SteppedClock;
  readonly database: Database;
  readonly artifacts: ArtifactsService;
  readonly calls: CallsService;
  readonly events: EventsService;
  readonly claims: StageClaims;
  readonly control: SubmissionControl;
  readonly intake: StageIntake;
  readonly ledger: StageLedger;
  readonly pools: PoolsService;
  readonly queue: StageQueue;
  readonly recovery: OrphanRecovery;
  readonly release: StageRelease;
  readonly review: SubmissionReview;
  readonly stages: StagesService;
  readonly trials: TrialsService;
  readonly experiments: ExperimentsService;
  readonly submissions: SubmissionsService;
  readonly workers: WorkersService;
  close(): Promise<void>;
}

export type OpenHome = () => Promise<TestHome>;
export type OpenQueue = (claims: StageClaims, home: Pick<TestHome, 'database' | 'clock'>) => Promise<StageQueue>;

const embedded: OpenQueue = (claims) => Promise.resolve(new EmbeddedStageQueue(claims));

export const openSqliteHome: OpenHome = () => openSqliteHomeWith(embedded);
export const openPostgresHome: OpenHome = () => openPostgresHomeWith(embedded);

export function openSqliteHomeWith(openQueue: OpenQueue): Promise<TestHome> {
  return openHome((folder) => Promise.resolve({ engine: 'sqlite', file: join(folder, 'sprintlab.db') }), openQueue);
}

export function openPostgresHomeWith(openQueue: OpenQueue): Promise<TestHome> {
  return openHome(async () => ({ engine: 'postgres', url: await freshDatabase(inject('postgresUrl')) }), openQueue);
}

async function openHome(
  targetIn: (folder: string) => Promise<DatabaseTarget>,
  openQueue: OpenQueue,
): Promise<TestHome> {
  const folder = await mkdtemp(join(tmpdir(), 'sprintlab-home-'));
  const clock = new SteppedClock();
  const database = await Database.open(await targetIn(folder), entities);
  const artifacts = new ArtifactsService(database, clock, new FolderObjectStore(join(folder, 'artifacts')));
  const events = new EventsService(database, clock);
  const records = { database, clock, artifacts, events, calls: new CallsService(database, clock) };
  const stages = new StagesService(database, events);
  const release = new StageRelease(clock);
  const rooms = { ...records, release, stages, intake: new StageIntake({ ...records, release }) };
  const trials = new TrialsService(database);
  const experiments = new ExperimentsService(database, clock, events);
  const claims = new StageClaims(database, clock);
  const queue = await openQueue(claims, { database, clock });
  return {
    ...rooms,
    folder,
    claims,
    control: new SubmissionControl({ ...rooms, trials }),
    experiments,
    ledger: new StageLedger(rooms),
    pools: new PoolsService(stages, artifacts),
    queue,
    recovery: new OrphanRecovery(rooms),
    review: new SubmissionReview({ ...rooms, experiments }),
    submissions: new SubmissionsService({ ...rooms, experiments, trials }),
    trials,
    workers: new WorkersService(database, clock),
    close: async () => {
      await queue.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}
