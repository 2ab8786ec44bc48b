import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { Artifact } from '#features/artifacts/domain/artifact.ts';
import type { CallsService } from '#features/calls/calls.service.ts';
import { sumCosts } from '#features/calls/domain/call-cost.ts';
import type { DatasetsService } from '#features/datasets/datasets.service.ts';
import type { Dataset } from '#features/datasets/domain/dataset.ts';
import type { EventsService } from '#features/events/events.service.ts';
import type { RecordedEvent } from '#features/events/domain/event.ts';
import type { ExperimentsService } from '#features/experiments/experiments.service.ts';
import { datasetNames } from '#features/experiments/domain/manifest-schema.ts';
import type { StageKey } from '#features/stages/domain/stage.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import type { SubmissionsService } from '#features/submissions/submissions.service.ts';
import type { Submission } from '#features/submissions/domain/submission.ts';
import type { Trial, TrialId } from '#features/trials/domain/trial.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import { profilingRun } from './domain/profiling-projection.ts';
import { isSynthetic } from './domain/labels.ts';
import type { RunProjection, Subject } from './domain/run.ts';
import { factsOf, type Fact, type StageFacts } from './domain/stage-facts.ts';
import { submissionRun } from './domain/submission-projection.ts';
import { trialRun } from './domain/trial-projection.ts';
import { ProfilingIndex } from './profiling-index.ts';

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

/** Stages whose facts are kept while several runs are projected that share them. */
const KEPT = 1_000;

/** Reads our rows and projects them on runs. One is made for each round: within it, what was read is not read again. */
export class RunSource {
  readonly index: ProfilingIndex;
  private readonly known = new Map<StageKey, Promise<StageFacts | null>>();
  private readonly asked = new Map<string, Promise<Fact>>();

  constructor(private readonly tools: RunSourceTools) {
    this.index = new ProfilingIndex(tools.stages);
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
    const revision = await this.tools.experiments.revisionById(submission.revision);
    const trials = await this.tools.trials.ofRevision(submission.revision);
    const datasets = datasetNames(revision.manifest);
    const known = await Promise.all(datasets.map((name) => this.dataset(name)));
    const keys = [...new Set(trials.flatMap(({ stages }) => stages))];
    const costs = [...(await this.tools.calls.costOf(keys)).values()];
    const labels = { isSynthetic: known.some(isSynthetic), isSimulated: costs.some((cost) => cost.simulatedCalls > 0) };
    const asked = await this.askedFor(submission);
    return submissionRun({ submission, revision, asked, trials: trials.map(({ status }) => status), datasets, labels });
  }

  private async trial(trial: Trial): Promise<RunProjection | null> {
    const submission = await this.tools.submissions.findByRevision(trial.revision);
    if (submission === null) return null;
    const stages = await this.factsOf(trial.stages);
    const costs = await this.tools.calls.costOf(trial.stages);
    return trialRun({
      trial,
      submission,
      revision: await this.tools.experiments.revisionById(trial.revision),
      asked: await this.askedFor(submission),
      stages,
      dataset: await this.dataset(trial.dataset),
      cost: sumCosts([...costs.values()]),
      profiling: await this.index.ofTrial(stages.map(({ stage }) => stage)),
    });
  }

  private async profiling(id: StageKey): Promise<RunProjection | null> {
    const submission = await this.tools.submissions.firstWanting(id);
    if (submission === null) return null;
    const members = await this.index.membersOf(id);
    const keys = members.map(({ key }) => key);
    const costs = [...(await this.tools.calls.costOf(keys)).values()];
    const revision = await this.tools.experiments.revisionById(submission.revision);
    const datasets = await Promise.all(datasetNames(revision.manifest).map((name) => this.dataset(name)));
    return profilingRun({
      id,
      submission,
      revision,
      asked: await this.askedFor(submission),
      stages: await this.factsOf(keys),
      labels: {
        isSynthetic: datasets.some(isSynthetic),
        isSimulated: costs.some((cost) => cost.simulatedCalls > 0),
      },
    });
  }

  /** In the order of the keys, without those that have no row. */
  private async factsOf(keys: readonly StageKey[]): Promise<readonly StageFacts[]> {
    if (this.known.size > KEPT) this.known.clear();
    const unknown = keys.filter((key) => !this.known.has(key));
    const loading = unknown.length === 0 ? null : this.load(unknown);
    for (const key of unknown)
      this.known.set(key, loading?.then((all) => all.get(key) ?? null) ?? Promise.resolve(null));
    const facts = await Promise.all(keys.map((key) => this.known.get(key) ?? Promise.resolve(null)));
    return facts.filter((one) => one !== null);
  }

  private async load(keys: readonly StageKey[]): Promise<ReadonlyMap<StageKey, StageFacts>> {
    const { stages, events, artifacts } = this.tools;
    const found = await stages.findByKeys(keys);
    const metrics = groupBy(await stages.metricsOf(keys), ({ stage }) => stage);
    const files = groupBy(await artifacts.of('stage', keys), ({ owner }) => owner.id);
    const told = [...(await events.about('stage', keys, 'epoch')), ...(await events.about('stage', keys, 'succeeded'))];
    const happened = groupBy(told, ({ subject }) => subject.id);
    const executions = groupBy(await stages.executionsOf(keys), ({ stage }) => stage);
    const facts = [...found.values()].map((stage): [StageKey, StageFacts] => {
      const last = executions.get(stage.key)?.at(-1);
      return [
        stage.key,
        {
          stage,
          metrics: metrics.get(stage.key) ?? [],
          artifacts: finished(files.get(stage.key) ?? [], stage.status === 'succeeded'),
          ...factsOf(happened.get(stage.key) ?? []),
          failure: last?.error ?? null,
        },
      ];
    });
    return new Map(facts);
  }

  private askedFor(submission: Submission): Promise<Fact> {
    const known = this.asked.get(submission.id);
    if (known !== undefined) return known;
    const found = this.tools.events.about('submission', [submission.id], 'submitted').then(([first]) => {
      const event: Pick<RecordedEvent, 'number' | 'at'> = first ?? { number: 0, at: submission.createdAt };
      return { number: event.number, at: event.at };
    });
    this.asked.set(submission.id, found);
    return found;
  }

  private async dataset(name: string): Promise<Dataset | null> {
    return (await this.tools.datasets.list()).find((dataset) => dataset.name === name) ?? null;
  }
}

/** What a running stage keeps, its checkpoint, is replaced at the next epoch. */
function finished(artifacts: readonly Artifact[], isDone: boolean): readonly Artifact[] {
  return isDone ? artifacts : [];
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
