import { arch, cpus, hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import { artifactEntity, artifactLinkEntity } from '#features/artifacts/persistence/artifact.entity.ts';
import { ComparisonsService } from '#features/comparisons/comparisons.service.ts';
import { DatasetsService } from '#features/datasets/datasets.service.ts';
import { datasetEntity } from '#features/datasets/persistence/dataset.entity.ts';
import { EventsService } from '#features/events/events.service.ts';
import { eventEntity } from '#features/events/persistence/event.entity.ts';
import { ExperimentsService } from '#features/experiments/experiments.service.ts';
import { ManifestFiles } from '#features/experiments/manifest-files.ts';
import { experimentEntity, revisionEntity } from '#features/experiments/persistence/experiment.entity.ts';
import { PlanningService } from '#features/experiments/planning.service.ts';
import { SessionCount } from '#features/experiments/session-count.ts';
import { RecommendationsService } from '#features/recommendations/recommendations.service.ts';
import { executionEntity, metricEntity } from '#features/stages/persistence/execution.entity.ts';
import { stageEntity, stageInputEntity, submissionStageEntity } from '#features/stages/persistence/stage.entity.ts';
import { StageQueue, type WorkerIdentity } from '#features/stages/stage-queue.ts';
import { StageWorker } from '#features/stages/stage-worker.ts';
import { submissionEntity } from '#features/submissions/persistence/submission.entity.ts';
import { SubmissionRunner } from '#features/submissions/submission-runner.ts';
import { SubmissionsService } from '#features/submissions/submissions.service.ts';
import { StagesService } from '#features/stages/stages.service.ts';
import { trialEntity, trialStageEntity } from '#features/trials/persistence/trial.entity.ts';
import { TrialsService } from '#features/trials/trials.service.ts';
import { SystemClock } from '#platform/clock/system-clock.ts';
import { readCodeVersions } from '#platform/code-version/code-versions.ts';
import type { Config } from '#platform/config/config.ts';
import { Database } from '#platform/database/database.ts';
import { FolderObjectStore } from '#platform/object-store/folder-object-store.ts';
import { loadOnnxRuntime } from '#platform/onnx-runtime/on-demand.ts';
import { onnxRuntimeVersion } from '#platform/onnx-runtime/version.ts';
import { STAGE_KINDS } from '#science/stages/stage.ts';

/** Every table that a program of this project knows. */
export const entities = [
  artifactEntity,
  artifactLinkEntity,
  datasetEntity,
  eventEntity,
  executionEntity,
  experimentEntity,
  metricEntity,
  revisionEntity,
  stageEntity,
  stageInputEntity,
  submissionEntity,
  submissionStageEntity,
  trialEntity,
  trialStageEntity,
];

/** The services of one home, put together. All programs list the same ones and differ in what they start. */
export interface Application {
  readonly database: Database;
  readonly artifacts: ArtifactsService;
  readonly comparisons: ComparisonsService;
  readonly datasets: DatasetsService;
  readonly events: EventsService;
  readonly experiments: ExperimentsService;
  readonly planning: PlanningService;
  readonly recommendations: RecommendationsService;
  readonly runner: SubmissionRunner;
  readonly queue: StageQueue;
  readonly stages: StagesService;
  readonly submissions: SubmissionsService;
  readonly trials: TrialsService;
}

export async function openApplication(config: Config, workingFolder: string): Promise<Application> {
  const codeVersions = await readCodeVersions(CODE_VERSIONS, STAGE_KINDS);
  const clock = new SystemClock();
  const database = await Database.open(config.database, entities);
  const artifacts = new ArtifactsService(database, clock, new FolderObjectStore(config.artifactsFolder));
  const events = new EventsService(database, clock);
  const datasets = new DatasetsService(database, clock, artifacts, events);
  const stages = new StagesService(database);
  const queue = new StageQueue(database, clock, artifacts, events);
  const trials = new TrialsService(database);
  const experiments = new ExperimentsService(database, clock, events);
  const submissions = new SubmissionsService({ database, clock, experiments, trials, queue, events });
  const planning = new PlanningService({
    datasets,
    stages,
    sessionCount: new SessionCount(datasets, artifacts),
    files: new ManifestFiles(workingFolder),
    codeVersions,
    llms: config.llms,
  });
  const worker = new StageWorker({ queue, stages, artifacts, identity: identity(), program: STAGE_PROGRAM });
  const runner = new SubmissionRunner(submissions, trials, stages, worker);
  const recommendations = new RecommendationsService({
    trials,
    stages,
    artifacts,
    datasets,
    loadRuntime: loadOnnxRuntime,
  });
  const comparisons = new ComparisonsService({ experiments, trials, stages, calls, datasets });
  return {
    database,
    artifacts,
    comparisons,
    datasets,
    events,
    experiments,
    planning,
    recommendations,
    runner,
    queue,
    stages,
    submissions,
    trials,
  };
}

const STAGE_PROGRAM = fileURLToPath(new URL('./stage-process/main.js', import.meta.url));

/** Written by the build, beside the programs. */
const CODE_VERSIONS = fileURLToPath(new URL('../code-versions.json', import.meta.url));

/** Results are the same bits for one build of the programs below and one class of processors; they are kept with each execution. */
function identity(): WorkerIdentity {
  const processor = cpus()[0]?.model ?? 'unknown';
  const programs = { node: process.version, onnxRuntime: onnxRuntimeVersion() };
  return { host: hostname(), pid: process.pid, environment: { ...programs, architecture: arch(), processor } };
}
