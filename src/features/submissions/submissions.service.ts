import { randomUUID } from 'node:crypto';
import { Like } from 'typeorm';
import type { EventsService } from '#features/events/events.service.ts';
import type { Revision } from '#features/experiments/domain/experiment.ts';
import type { PlannedExperiment } from '#features/experiments/domain/plan.ts';
import { distinctStages } from '#features/experiments/domain/stage-graph.ts';
import type { ExperimentsService } from '#features/experiments/experiments.service.ts';
import type { PlannedStage, StageKey } from '#features/stages/domain/stage.ts';
import { urgencyOf, type StageIntake } from '#features/stages/stage-intake.ts';
import { isDone } from '#features/stages/stage-standing.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import type { Clock } from '#kernel/clock.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import { inBatches } from '#platform/database/in-batches.ts';
import { originIn, type ManifestOrigin } from './domain/manifest-origin.ts';
import { AmbiguousSubmissionError, assertNotAtItsHours, type Submission } from './domain/submission.ts';
import { toSubmission } from './persistence/submission-mapper.ts';
import { submissionEntity } from './persistence/submission.entity.ts';

export interface SubmitRequest {
  /** Larger goes first; `null` for what it was. */
  readonly urgency?: number | null;
  /** `null` for a manifest that is no file. */
  readonly origin?: ManifestOrigin | null;
  /** Goes on beyond the hours that it had. */
  readonly isApproved?: boolean;
}

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
  readonly intake: StageIntake;
  readonly events: EventsService;
}

const WANTED_BY =
  'SELECT 1 FROM submission_stages wish WHERE wish.submission_id = submission.id AND wish.stage_key IN (:...batch)';

/** A grid of more trials than this sends its first one ahead. */
const CANARY_ABOVE = 8;

/** Requests to run revisions. */
export class SubmissionsService {
  constructor(private readonly tools: SubmissionTools) {}

  /**
   * Records what is asked for, all or nothing. Asking again returns the same submission.
   * @throws ApprovalNeededError where it stopped at its hours, and nobody says that it may go on
   */
  submit(planned: PlannedExperiment, request: SubmitRequest = {}): Promise<SubmitResult> {
    const { urgency = null, origin = null, isApproved = false } = request;
    const { database, experiments, trials } = this.tools;
    return database.transaction(async (rows) => {
      await database.holdOtherWriters(rows);
      const stages = distinctStages(planned.trials.map((trial) => trial.stages));
      const { revision, isNew } = await experiments.revise(rows, planned, stages);
      const found = await rows.findOne(submissionEntity, { where: { revisionId: revision.id } });
      const known = found === null ? null : toSubmission(found);
      if (known?.state === 'finished' && (await isDone(rows, known.id))) {
        return { submission: known, revision, state: 'finished' };
      }
      if (known !== null && !isApproved) assertNotAtItsHours(known);
      const submission = await this.activate(rows, revision, { known, origin });
      await this.demand(rows, { submission: submission.id, planned, stages, urgency });
      if (isNew) await trials.record(rows, revision.id, planned.trials);
      return { submission, revision, state: known === null ? 'new' : 'continued' };
    });
  }

  /** Asks with another plan for what a submission asked for: as urgently, and of the same origin. */
  async submitAgain(id: string, planned: PlannedExperiment): Promise<SubmitResult> {
    const { database, events } = this.tools;
    const [first] = await events.about('submission', [id], 'submitted');
    const origin = first === undefined ? null : originIn(first.payload);
    const urgency = await database.read((rows) => urgencyOf(rows, id));
    return this.submit(planned, { urgency, origin });
  }

  /** Newest first. */
  async list(): Promise<readonly Submission[]> {
    const order = { createdAt: 'DESC', id: 'ASC' } as const;
    const found = await this.tools.database.read((rows) => rows.find(submissionEntity, { order }));
    return found.map(toSubmission);
  }

  async get(id: string): Promise<Submission> {
    return toSubmission(
      await this.tools.database.read((rows) => rows.findOneOrFail(submissionEntity, { where: { id } })),
    );
  }

  /** @throws AmbiguousSubmissionError for the beginning of an id that several have. */
  async findById(idPrefix: string): Promise<Submission | null> {
    if (!/^[0-9a-f-]{1,36}$/.test(idPrefix)) return null;
    const where = { id: Like(`${idPrefix}%`) };
    const [first, second] = await this.tools.database.read((rows) => rows.find(submissionEntity, { where, take: 2 }));
    if (second !== undefined) throw new AmbiguousSubmissionError(idPrefix);
    return first === undefined ? null : toSubmission(first);
  }

  /** The oldest that wants a stage; `null` where nobody does any more. */
  async firstWanting(stageKey: StageKey): Promise<Submission | null> {
    const found = await this.tools.database.read((rows) =>
      rows
        .createQueryBuilder(submissionEntity, 'submission')
        .innerJoin('submission-stage', 'wish', 'wish.submissionId = submission.id')
        .where('wish.stageKey = :stageKey', { stageKey })
        .orderBy({ 'submission.createdAt': 'ASC', 'submission.id': 'ASC' })
        .limit(1)
        .getOne(),
    );
    return found === null ? null : toSubmission(found);
  }

  /** All that want any of some stages. */
  async wanting(stages: readonly StageKey[]): Promise<readonly Submission[]> {
    const found = await this.tools.database.read((rows) =>
      inBatches(stages, (batch) =>
        rows.createQueryBuilder(submissionEntity, 'submission').where(`EXISTS (${WANTED_BY})`, { batch }).getMany(),
      ),
    );
    return [...new Map(found.map((row) => [row.id, toSubmission(row)])).values()];
  }

  async findByRevision(revision: string): Promise<Submission | null> {
    const where = { revisionId: revision };
    const found = await this.tools.database.read((rows) => rows.findOne(submissionEntity, { where }));
    return found === null ? null : toSubmission(found);
  }

  private async demand(
    rows: Rows,
    {
      submission,
      planned,
      stages,
      urgency,
    }: {
      readonly submission: string;
      readonly planned: PlannedExperiment;
      readonly stages: readonly PlannedStage[];
      readonly urgency: number | null;
    },
  ): Promise<void> {
    const { trials, manifest } = planned;
    const first = trials.length > CANARY_ABOVE ? trials[0] : undefined;
    const canary = first?.stages.map(({ key }) => key) ?? null;
    const concurrency = manifest.limits.concurrency ?? null;
    await this.tools.intake.demand(rows, { submission, stages, urgency, concurrency, canary });
  }

  private async activate(
    rows: Rows,
    revision: Revision,
    { known, origin }: { readonly known: Submission | null; readonly origin: ManifestOrigin | null },
  ): Promise<Submission> {
    const now = this.tools.clock.now();
    const active = { state: 'active', reason: null, activeSince: now, endedAt: null } as const;
    if (known !== null) {
      await rows.update(submissionEntity, { id: known.id }, active);
      await this.tell(rows, 'continued', known.id, {});
      return { ...known, ...active };
    }
    const id = randomUUID();
    await rows.insert(submissionEntity, { id, revisionId: revision.id, createdAt: now, ...active });
    const told = { experiment: revision.experiment, revision: revision.number };
    await this.tell(rows, 'submitted', id, origin === null ? told : { ...told, origin });
    return { id, revision: revision.id, createdAt: now, ...active };
  }

  private tell(rows: Rows, kind: 'submitted' | 'continued', id: string, payload: JsonObject): Promise<void> {
    return this.tools.events.append(rows, [{ kind, subject: { kind: 'submission', id }, payload }]);
  }
}
