import { arch, cpus, hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import { artifactEntity, artifactLinkEntity } from '#features/artifacts/persistence/artifact.entity.ts';
import { CallsService } from '#features/calls/calls.service.ts';
import { callEntity, stageCallEntity } from '#features/calls/persistence/call.entity.ts';
import { ComparisonsService } from '#features/comparisons/comparisons.service.ts';
import { DatasetsService } from '#features/datasets/datasets.service.ts';
import { datasetEntity } from '#features/datasets/persistence/dataset.entity.ts';
import { EventsService } from '#features/events/events.service.ts';
import { eventEntity } from '#features/events/persistence/event.entity.ts';
import { ExperimentsService } from '#features/experiments/experiments.service.ts';
import { ManifestFiles } from '#features/experiments/manifest-files.ts';
import type { CodeVersions } from '#features/experiments/domain/planned-stages.ts';
import { experimentEntity, revisionEntity } from '#features/experiments/persistence/experiment.entity.ts';
import { PlanningService, type PlanningTools } from '#features/experiments/planning.service.ts';
import { SessionCount } from '#features/experiments/session-count.ts';
import { PoolsService } from '#features/pools/pools.service.ts';
import { RecommendationsService } from '#features/recommendations/recommendations.service.ts';
import { Leadership } from '#features/scheduling/leadership.ts';
import { leadershipEntity } from '#features/scheduling/persistence/leadership.entity.ts';
import { Scheduler } from '#features/scheduling/scheduler.ts';
import { SubmissionRunner } from '#features/scheduling/submission-runner.ts';
import { demandEntity } from '#features/stages/persistence/demand.entity.ts';
import { executionEntity, metricEntity } from '#features/stages/persistence/execution.entity.ts';
import { stageEntity, stageInputEntity, submissionStageEntity } from '#features/stages/persistence/stage.entity.ts';
import { EmbeddedStageQueue } from '#features/stages/embedded-stage-queue.ts';
import { GarbageCollection } from '#features/stages/garbage-collection.ts';
import { BullStageQueue } from '#features/stages/jobs/bull-stage-queue.ts';
import { isGoneFrom, OrphanRecovery } from '#features/stages/orphan-recovery.ts';
import { StageClaims } from '#features/stages/stage-claims.ts';
import { StageIntake } from '#features/stages/stage-intake.ts';
import { StageLedger } from '#features/stages/stage-ledger.ts';
import type { StageQueue } from '#features/stages/stage-queue.port.ts';
import type { WorkerIdentity } from '#features/stages/domain/worker-identity.ts';
import { StageRelease } from '#features/stages/stage-release.ts';
import { accessTokenEntity, auditEntryEntity, loginEntity } from '#features/accounts/persistence/account.entity.ts';
import { AccountsService } from '#features/accounts/accounts.service.ts';
import { idempotentAnswerEntity } from '#features/submissions/persistence/idempotent-answer.entity.ts';
import { submissionEntity } from '#features/submissions/persistence/submission.entity.ts';
import { SubmissionControl } from '#features/submissions/submission-control.ts';
import { SubmissionReview } from '#features/submissions/submission-review.ts';
import { SubmissionsService } from '#features/submissions/submissions.service.ts';
import { StagesService } from '#features/stages/stages.service.ts';
import { mirrorEntity, mirroredRunEntity } from '#features/tracking/persistence/mirror.entity.ts';
import { trackingOf, type Tracking, type TrackingTools } from '#features/tracking/tracking.ts';
import { trialEntity, trialStageEntity } from '#features/trials/persistence/trial.entity.ts';
import { TrialsService } from '#features/trials/trials.service.ts';
import { StageWorker } from '#features/workers/stage-worker.ts';
import { WorkersService } from '#features/workers/workers.service.ts';
import { workerEntity } from '#features/workers/persistence/worker.entity.ts';
import type { Clock } from '#kernel/clock.ts';
import { SystemClock } from '#platform/clock/system-clock.ts';
import { readCodeVersions } from '#platform/code-version/code-versions.ts';
import type { Config, QueueTarget } from '#platform/config/config.ts';
import { Database } from '#platform/database/database.ts';
import { FolderObjectStore } from '#platform/object-store/folder-object-store.ts';
import { loadOnnxRuntime } from '#platform/onnx-runtime/on-demand.ts';
import { onnxRuntimeVersion } from '#platform/onnx-runtime/version.ts';
import { openRedisJobs } from '#platform/queue/on-demand.ts';
import { STAGE_KINDS } from '#science/stages/stage.ts';
import type { MlflowTarget } from '#platform/mlflow/mlflow-target.ts';
import { contentHash } from '#kernel/content-hash.ts';

/** Every table that a program of this project knows. */
export const entities = [
  accessTokenEntity,
  artifactEntity,
  artifactLinkEntity,
  auditEntryEntity,
  callEntity,
  datasetEntity,
  demandEntity,
  eventEntity,
  executionEntity,
  experimentEntity,
  idempotentAnswerEntity,
  leadershipEntity,
  loginEntity,
  metricEntity,
  mirrorEntity,
  mirroredRunEntity,
  revisionEntity,
  stageCallEntity,
  stageEntity,
  stageInputEntity,
  submissionEntity,
  submissionStageEntity,
  trialEntity,
  trialStageEntity,
  workerEntity,
];

/** The services of one home, put together. All programs list the same ones and differ in what they start. */
export interface Application extends Records, Stages {
  readonly comparisons: ComparisonsService;
  readonly control: SubmissionControl;
  readonly experiments: ExperimentsService;
  readonly planning: PlanningService;
  readonly recommendations: RecommendationsService;
  readonly runner: SubmissionRunner;
  readonly scheduler: Scheduler;
  readonly submissions: SubmissionsService;
  /** `null` where no MLflow server is named. */
  readonly tracking: Tracking | null;
  readonly trials: TrialsService;
  readonly worker: StageWorker;
  readonly identity: WorkerIdentity;
  close(): Promise<void>;
}

/** What is known of data, and what happened. */
interface Records {
  readonly database: Database;
  readonly clock: Clock;
  readonly accounts: AccountsService;
  readonly artifacts: ArtifactsService;
  readonly calls: CallsService;
  readonly datasets: DatasetsService;
  readonly events: EventsService;
  readonly workers: WorkersService;
}

/** The stages, from their plan to their result. */
interface Stages {
  readonly garbage: GarbageCollection;
  readonly intake: StageIntake;
  readonly ledger: StageLedger;
  readonly pools: PoolsService;
  readonly queue: StageQueue;
  readonly recovery: OrphanRecovery;
  readonly release: StageRelease;
  readonly stages: StagesService;
}

export async function openApplication(config: Config, workingFolder: string): Promise<Application> {
  const codeVersions = await readCodeVersions(CODE_VERSIONS, STAGE_KINDS);
  const database = await Database.open(config.database, entities);
  const clock = new SystemClock();
  const identity = identityWith(codeVersions);
  const records = recordsOf(database, clock, config.artifactsFolder);
  const rooms = { ...records, ...stagesOf(records, config.queue) };
  const trials = new TrialsService(database);
  const experiments = new ExperimentsService(database, clock, records.events);
  const submissions = new SubmissionsService({ ...rooms, experiments, trials });
  const asked = { experiments, submissions, trials };
  const control = new SubmissionControl({ ...rooms, trials });
  const scheduler = schedulerOf({ ...rooms, experiments }, identity);
  const program = { file: STAGE_PROGRAM, memoryBytes: config.stageMemoryBytes };
  const worker = new StageWorker({ ...rooms, identity, program });
  return {
    ...rooms,
    comparisons: new ComparisonsService({ ...rooms, experiments, trials }),
    control,
    experiments,
    identity,
    planning: planningOf(rooms, { workingFolder, codeVersions, llms: config.llms }),
    recommendations: new RecommendationsService({ ...rooms, trials, loadRuntime: loadOnnxRuntime }),
    runner: new SubmissionRunner({ ...rooms, submissions, trials, worker, scheduler }),
    scheduler,
    submissions,
    tracking: trackingOf({ ...rooms, ...asked, ...mirroring(rooms, identity, config.mlflow), target: config.mlflow }),
    trials,
    worker,
    close: async () => {
      await rooms.queue.close();
      await database.close();
    },
  };
}

function recordsOf(database: Database, clock: Clock, artifactsFolder: string): Records {
  const artifacts = new ArtifactsService(database, clock, new FolderObjectStore(artifactsFolder));
  const events = new EventsService(database, clock);
  const calls = new CallsService(database, clock);
  const datasets = new DatasetsService(database, clock, artifacts, events);
  const workers = new WorkersService(database, clock);
  const accounts = new AccountsService(database, clock);
  return { database, clock, accounts, artifacts, calls, datasets, events, workers };
}

function stagesOf(records: Records, target: QueueTarget): Stages {
  const { database, clock, artifacts, events } = records;
  const release = new StageRelease(clock);
  const stages = new StagesService(database, events);
  return {
    garbage: new GarbageCollection(records),
    intake: new StageIntake({ ...records, release }),
    ledger: new StageLedger({ ...records, release }),
    pools: new PoolsService(stages, artifacts),
    queue: queueAt(target, new StageClaims(database, clock)),
    recovery: new OrphanRecovery({ ...records, release }),
    release,
    stages,
  };
}

function queueAt(target: QueueTarget, claims: StageClaims): StageQueue {
  if (target.kind === 'embedded') return new EmbeddedStageQueue(claims);
  return new BullStageQueue(claims, () => openRedisJobs({ url: target.url, prefix: 'sprintlab', name: 'stages' }));
}

function schedulerOf(
  rooms: Records & Stages & { readonly experiments: ExperimentsService },
  identity: WorkerIdentity,
): Scheduler {
  const isGone = isGoneFrom(identity);
  return new Scheduler({
    ...rooms,
    isGone,
    monotonicMs: () => performance.now(),
    leadership: new Leadership('scheduler', { ...rooms, identity, isGone }),
    review: new SubmissionReview(rooms),
  });
}

/** One process tells each server. */
function mirroring(
  rooms: Records,
  identity: WorkerIdentity,
  target: MlflowTarget | null,
): Pick<TrackingTools, 'codeVersions' | 'leadership'> {
  const office = `mirror ${contentHash(target?.url ?? '').slice(0, 16)}`;
  const leadership = new Leadership(office, { ...rooms, identity, isGone: isGoneFrom(identity) });
  return { codeVersions: identity.codeVersions, leadership };
}

function planningOf(
  { datasets, stages, artifacts }: Records & Stages,
  { workingFolder, ...ground }: Pick<PlanningTools, 'codeVersions' | 'llms'> & { readonly workingFolder: string },
): PlanningService {
  const sessionCount = new SessionCount(datasets, artifacts);
  return new PlanningService({ datasets, stages, sessionCount, files: new ManifestFiles(workingFolder), ...ground });
}

const STAGE_PROGRAM = fileURLToPath(new URL('./stage-process/main.js', import.meta.url));

/** Written by the build, beside the programs. */
const CODE_VERSIONS = fileURLToPath(new URL('../code-versions.json', import.meta.url));

/** Results are the same bits for one build of the programs below and one class of processors; they are kept with each execution. */
function identityWith(codeVersions: CodeVersions): WorkerIdentity {
  const processor = cpus()[0]?.model ?? 'unknown';
  const programs = { node: process.version, onnxRuntime: onnxRuntimeVersion() };
  const environment = { ...programs, architecture: arch(), processor };
  return { host: hostname(), pid: process.pid, environment, codeVersions };
}
