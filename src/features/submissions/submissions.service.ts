import { randomUUID } from 'node:crypto';
import { IsNull, Like } from 'typeorm';
import type { EventsService } from '#features/events/events.service.ts';
import type { Revision } from '#features/experiments/domain/experiment.ts';
import type { PlannedExperiment } from '#features/experiments/domain/plan.ts';
import { distinctStages } from '#features/experiments/domain/stage-graph.ts';
import type { ExperimentsService } from '#features/experiments/experiments.service.ts';
import type { PlannedStage } from '#features/stages/domain/stage.ts';
import type { StageQueue } from '#features/stages/stage-queue.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import type { Clock } from '#kernel/clock.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import { AmbiguousSubmissionError, type Submission } from './domain/submission.ts';
import { toSubmission } from './persistence/submission-mapper.ts';
import { submissionEntity } from './persistence/submission.entity.ts';

export interface SubmitResult {
  readonly submission: Submission;
  readonly revision: Revision;
  /** `new`; `continued` when a submission of this revision was not done; `finished` when all it asks for is there. */
  readonly state: 'new' | 'continued' | 'finished';
}

export interface SubmissionTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly experiments: ExperimentsService;
  readonly trials: TrialsService;
  readonly queue: StageQueue;
  readonly events: EventsService;
}

/** Requests to run revisions. */
export class SubmissionsService {
  constructor(private readonly tools: SubmissionTools) {}

  /** Records what is asked for, all or nothing. Asking again returns the same submission. */
  submit(planned: PlannedExperiment): Promise<SubmitResult> {
    const { database, experiments, queue, trials } = this.tools;
    return database.transaction(async (rows) => {
      await database.holdOtherWriters(rows);
      const stages = distinctStages(planned.trials.map((trial) => trial.stages));
      const { revision, isNew } = await experiments.revise(rows, planned, stages);
      if (!isNew) return this.submitAgain(rows, revision, stages);
      const submission = await this.open(rows, revision);
      await queue.enqueue(rows, submission.id, stages);
      await trials.record(rows, revision.id, planned.trials);
      return { submission, revision, state: 'new' };
    });
  }

  /** Notes that nothing of a submission is left to do. */
  async end(submission: string, outcome: { readonly succeeded: number; readonly failed: number }): Promise<void> {
    await this.tools.database.transaction(async (rows) => {
      const where = { id: submission, endedAt: IsNull() };
      const { affected } = await rows.update(submissionEntity, where, { endedAt: this.tools.clock.now() });
      // Two runs of one submission see the same end; it is told once.
      if (affected === 1) await this.tell(rows, 'finished', submission, outcome);
    });
  }

  /** Newest first. */
  async list(): Promise<readonly Submission[]> {
    const order = { createdAt: 'DESC', id: 'ASC' } as const;
    const found = await this.tools.database.read((rows) => rows.find(submissionEntity, { order }));
    return found.map(toSubmission);
  }

  /** @throws AmbiguousSubmissionError for the beginning of an id that several have. */
  async findById(idPrefix: string): Promise<Submission | null> {
    if (!/^[0-9a-f-]{1,36}$/.test(idPrefix)) return null;
    const where = { id: Like(`${idPrefix}%`) };
    const [first, second] = await this.tools.database.read((rows) => rows.find(submissionEntity, { where, take: 2 }));
    if (second !== undefined) throw new AmbiguousSubmissionError(idPrefix);
    return first === undefined ? null : toSubmission(first);
  }

  private async submitAgain(rows: Rows, revision: Revision, stages: readonly PlannedStage[]): Promise<SubmitResult> {
    const found = await rows.findOneOrFail(submissionEntity, { where: { revisionId: revision.id } });
    const submission = toSubmission(found);
    await this.tools.queue.enqueue(rows, submission.id, stages);
    const isFinished = submission.endedAt !== null && (await this.tools.queue.isDone(rows, submission.id));
    if (isFinished) return { submission, revision, state: 'finished' };
    await rows.update(submissionEntity, { id: submission.id }, { endedAt: null });
    await this.tell(rows, 'continued', submission.id, {});
    return { submission: { ...submission, endedAt: null }, revision, state: 'continued' };
  }

  private async open(rows: Rows, revision: Revision): Promise<Submission> {
    const { id, createdAt, endedAt } = { id: randomUUID(), createdAt: this.tools.clock.now(), endedAt: null };
    await rows.insert(submissionEntity, { id, revisionId: revision.id, createdAt, endedAt });
    await this.tell(rows, 'submitted', id, { experiment: revision.experiment, revision: revision.number });
    return { id, revision: revision.id, createdAt, endedAt };
  }

  private tell(
    rows: Rows,
    kind: 'submitted' | 'continued' | 'finished',
    id: string,
    payload: JsonObject,
  ): Promise<void> {
    return this.tools.events.append(rows, [{ kind, subject: { kind: 'submission', id }, payload }]);
  }
}
