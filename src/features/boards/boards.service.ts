import { setTimeout as delay } from 'node:timers/promises';
import { comparisonWarnings, summarise, type ArmResult } from '#features/comparisons/domain/comparison.ts';
import type { DatasetsService } from '#features/datasets/datasets.service.ts';
import type { EventsService } from '#features/events/events.service.ts';
import type { Revision } from '#features/experiments/domain/experiment.ts';
import { primaryMetric, producedMetrics } from '#features/experiments/domain/manifest-schema.ts';
import type { ExperimentsService } from '#features/experiments/experiments.service.ts';
import type { SubmissionsService } from '#features/submissions/submissions.service.ts';
import type { Submission } from '#features/submissions/domain/submission.ts';
import type { Database } from '#platform/database/database.ts';
import { axesOf, boardArms, boardStages, metricAsked, progressOf, type BoardSources } from './domain/board.ts';
import type { Outline } from './domain/outline.ts';
import { statusOf, type StageFacts } from './domain/stage-facts.ts';
import type { BoardAnswer } from './http/experiments.schema.ts';
import { OutlinesService } from './outlines.service.ts';
import { Recent } from '#kernel/recent.ts';
import { StageFactsService } from './stage-facts.service.ts';

export interface BoardTools {
  readonly database: Database;
  readonly datasets: DatasetsService;
  readonly events: EventsService;
  readonly experiments: ExperimentsService;
  readonly submissions: SubmissionsService;
}

/** Boards that are looked at by turns. */
const KEPT = 20;
/** A claim writes no event: what runs is at most so old on a board that is looked at again and again. */
export const FRESH_MS = 2_000;

/** So many experiments are made ready before anybody looks. */
const PREPARED = 10;
/** Between two of them, for whoever asks meanwhile. */
const PREPARING_PAUSE_MS = 50;

/** What a person sees first of an experiment: arms, progress, cost, where the time goes. */
export class BoardsService {
  readonly outlines: OutlinesService;
  readonly facts: StageFactsService;
  private readonly boards = new Recent<string, Promise<BoardAnswer>>(KEPT);

  constructor(private readonly tools: BoardTools) {
    this.outlines = new OutlinesService(tools.database);
    this.facts = new StageFactsService(tools.database);
  }

  /**
   * @param monotonicMs for how long what was made may be shown again
   * @throws ExperimentNotFoundError, RevisionNotFoundError, MetricNotFoundError
   */
  async board(
    reference: string,
    { metric: asked, monotonicMs }: { readonly metric: string | undefined; readonly monotonicMs: number },
  ): Promise<BoardAnswer> {
    const [revision] = await this.tools.experiments.findRevisions(reference);
    const metric = metricAsked(revision, asked);
    // While nothing happens, nothing changes.
    const happened = await this.tools.events.latestNumber();
    const submission = await this.tools.submissions.findByRevision(revision.id);
    const moment = submission?.state === 'finished' ? 0 : Math.floor(monotonicMs / FRESH_MS);
    return this.boards.get(`${revision.id} ${metric} ${happened} ${moment}`, () => this.make(revision, metric));
  }

  /**
   * Makes the boards of the latest experiments before anybody looks: the first look at a large one takes longest, since all that
   * has ended is read then. One after the other, so that whoever asks meanwhile waits for one at most.
   * @throws whatever the data base says; what was not made ready is made when it is asked for
   */
  async prepare(signal: AbortSignal): Promise<void> {
    const experiments = await this.tools.experiments.list();
    const latest = experiments.toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime());
    for (const { name } of latest.slice(0, PREPARED)) {
      if (signal.aborted) return;
      await this.board(name, { metric: undefined, monotonicMs: 0 });
      await delay(PREPARING_PAUSE_MS);
    }
  }

  /** What the evaluations measured on the test split, by the ids of the trials that have it. */
  valuesOf(outline: Outline, facts: StageFacts, name: string): Promise<ReadonlyMap<string, number>> {
    return this.facts.finalMetric(outline, facts, { kind: 'evaluation', split: 'test', name });
  }

  private async make(revision: Revision, metric: string): Promise<BoardAnswer> {
    const outline = await this.outlines.of(revision);
    const facts = await this.facts.of(outline);
    const sources = { outline, facts, values: await this.valuesOf(outline, facts, metric) };
    const { manifest, number, experiment, createdAt } = revision;
    const submission = await this.tools.submissions.findByRevision(revision.id);
    const all = await this.tools.experiments.revisionsOf(experiment);
    return {
      experiment,
      question: manifest.question,
      revision: number,
      revisions: all.map((one) => one.number),
      createdAt: createdAt.toISOString(),
      submission: submission === null ? null : submissionOnBoard(submission),
      progress: progressOf(outline, facts),
      primary: primaryMetric(manifest),
      metric,
      metrics: [...producedMetrics(manifest.protocol)],
      baseline: manifest.report.baseline ?? null,
      synthetic: [...(await this.tools.datasets.syntheticAmong(outline.arms.map(({ dataset }) => dataset)))],
      simulated: facts.calls.some(({ simulatedCalls }) => simulatedCalls > 0),
      axes: axesOf(revision),
      differing: [...outline.differing],
      arms: [...boardArms(sources)],
      stages: [...boardStages(outline, facts)],
      warnings: [...(await this.warningsOf(sources))],
    };
  }

  private async warningsOf({ outline, facts }: BoardSources): Promise<readonly string[]> {
    const metric = { kind: 'training', split: 'train', name: 'enrichmentActiveEpochs' } as const;
    const epochs = await this.facts.finalMetric(outline, facts, metric);
    return idleWarnings(outline, facts, epochs);
  }
}

function idleWarnings(
  { arms }: Outline,
  facts: BoardSources['facts'],
  epochs: ReadonlyMap<string, number>,
): readonly string[] {
  const results = arms.map(
    ({ name, dataset, trials }): Pick<ArmResult, 'name' | 'dataset' | 'enrichmentActiveEpochs'> => {
      const done = trials.filter((trial) => statusOf(trial, facts) === 'succeeded');
      const values = done.flatMap(({ id }) => epochs.get(id) ?? []);
      return { name, dataset, enrichmentActiveEpochs: values.length === 0 ? null : summarise(values) };
    },
  );
  return comparisonWarnings(results);
}

function submissionOnBoard({ id, state, reason, createdAt, endedAt }: Submission): BoardAnswer['submission'] {
  return {
    id,
    state,
    reason: reason === null ? null : { code: reason.code, message: reason.message },
    createdAt: createdAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}
