import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { CallsService } from '#features/calls/calls.service.ts';
import { sumCosts } from '#features/calls/domain/call-cost.ts';
import type { DatasetsService } from '#features/datasets/datasets.service.ts';
import type { Dataset } from '#features/datasets/domain/dataset.ts';
import type { EventsService } from '#features/events/events.service.ts';
import type { RecordedEvent } from '#features/events/domain/event.ts';
import type { Revision } from '#features/experiments/domain/experiment.ts';
import type { ExperimentsService } from '#features/experiments/experiments.service.ts';
import { datasetNames } from '#features/experiments/domain/manifest-schema.ts';
import type { StageKey } from '#features/stages/domain/stage.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import type { SubmissionsService } from '#features/submissions/submissions.service.ts';
import { originIn } from '#features/submissions/domain/manifest-origin.ts';
import type { Submission } from '#features/submissions/domain/submission.ts';
import type { Trial, TrialId } from '#features/trials/domain/trial.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import { profilingRun } from './domain/profiling-projection.ts';
import { isSynthetic } from './domain/labels.ts';
import type { RunProjection, Subject } from './domain/run.ts';
import type { Asking } from './domain/stage-facts.ts';
import { submissionRun } from './domain/submission-projection.ts';
import { trialRun } from './domain/trial-projection.ts';
import { ProfilingIndex } from './profiling-index.ts';
import { StageMemory } from './stage-memory.ts';

/** So many submissions, and revisions, are remembered. */
const REMEMBERED = 1_000;

export interface RunSourceTools {
  readonly artifacts: ArtifactsService;
  readonly calls: CallsService;
  readonly datasets: DatasetsService;
  readonly events: EventsService;
  readonly experiments: ExperimentsService;
  readonly stages: StagesService;
  readonly submissions: SubmissionsService;
  readonly trials: TrialsService;
}

/** Reads our rows and projects them on runs. What was read is not read again, until an event says that it is another. */
export class RunSource {
  readonly index: ProfilingIndex;
  private readonly memory: StageMemory;
  private readonly asked = new Map<string, Promise<Asking>>();
  private readonly revisions = new Map<string, Promise<Revision>>();
  private datasets: Promise<readonly Dataset[]> | null = null;

  constructor(private readonly tools: RunSourceTools) {
    this.index = new ProfilingIndex(tools.stages);
    this.memory = new StageMemory(tools);
  }

  /** Forgets what some events say is another than it was. */
  hear(events: readonly RecordedEvent[]): void {
    // What becomes of a whole submission becomes of stages of it that have no event of their own.
    if (events.some(({ subject }) => subject.kind !== 'stage')) this.memory.forgetAll();
    this.memory.forget(new Set(events.map(({ subject }) => subject.id as StageKey)));
    this.index.forgetOwners();
    this.datasets = null;
    for (const kept of [this.asked, this.revisions]) if (kept.size > REMEMBERED) kept.clear();
  }

  forgetAll(): void {
    this.hear([]);
    this.memory.forgetAll();
    this.asked.clear();
    this.revisions.clear();
  }

  /** `null` for what our rows do not know any more. */
  async project(subject: Subject): Promise<RunProjection | null> {
    switch (subject.kind) {
      case 'submission':
        return this.submission(subject.id);
      case 'profiling':
        return this.profiling(subject.id as StageKey);
      case 'trial': {
        const [trial] = await this.tools.trials.byIds([subject.id as TrialId]);
        return trial === undefined ? null : this.trial(trial);
      }
    }
  }

  private async submission(id: string): Promise<RunProjection | null> {
    const submission = await this.tools.submissions.findById(id);
    if (submission === null) return null;
    const revision = await this.revision(submission.revision);
    const trials = await this.tools.trials.ofRevision(submission.revision);
    const datasets = datasetNames(revision.manifest);
    const known = await Promise.all(datasets.map((name) => this.dataset(name)));
    const keys = [...new Set(trials.flatMap(({ stages }) => stages))];
    const costs = await this.memory.costsOf(keys);
    const labels = { isSynthetic: known.some(isSynthetic), isSimulated: costs.some((cost) => cost.simulatedCalls > 0) };
    const asked = await this.askedFor(submission);
    return submissionRun({ submission, revision, asked, trials: trials.map(({ status }) => status), datasets, labels });
  }

  private async trial(trial: Trial): Promise<RunProjection | null> {
    const submission = await this.tools.submissions.findByRevision(trial.revision);
    if (submission === null) return null;
    const stages = await this.memory.factsOf(trial.stages);
    return trialRun({
      trial,
      submission,
      revision: await this.revision(trial.revision),
      asked: await this.askedFor(submission),
      stages,
      dataset: await this.dataset(trial.dataset),
      cost: sumCosts(await this.memory.costsOf(trial.stages)),
      profiling: await this.index.ofTrial(stages.map(({ stage }) => stage)),
    });
  }

  private async profiling(id: StageKey): Promise<RunProjection | null> {
    const submission = await this.tools.submissions.firstWanting(id);
    if (submission === null) return null;
    const members = await this.index.membersOf(id);
    const keys = members.map(({ key }) => key);
    const costs = await this.memory.costsOf(keys);
    const revision = await this.revision(submission.revision);
    const datasets = await Promise.all(datasetNames(revision.manifest).map((name) => this.dataset(name)));
    return profilingRun({
      id,
      submission,
      revision,
      asked: await this.askedFor(submission),
      stages: await this.memory.factsOf(keys),
      labels: {
        isSynthetic: datasets.some(isSynthetic),
        isSimulated: costs.some((cost) => cost.simulatedCalls > 0),
      },
    });
  }

  private revision(id: string): Promise<Revision> {
    const found = this.revisions.get(id) ?? this.tools.experiments.revisionById(id);
    this.revisions.set(id, found);
    return found;
  }

  private askedFor(submission: Submission): Promise<Asking> {
    const known = this.asked.get(submission.id);
    if (known !== undefined) return known;
    const found = this.tools.events.about('submission', [submission.id], 'submitted').then(([first]) => {
      if (first === undefined) return { number: 0, at: submission.createdAt, origin: null };
      return { number: first.number, at: first.at, origin: originIn(first.payload) };
    });
    this.asked.set(submission.id, found);
    return found;
  }

  private async dataset(name: string): Promise<Dataset | null> {
    this.datasets ??= this.tools.datasets.list();
    return (await this.datasets).find((dataset) => dataset.name === name) ?? null;
  }
}
