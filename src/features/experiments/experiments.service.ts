import { randomUUID } from 'node:crypto';
import { IsNull, Like } from 'typeorm';
import type { EventsService } from '#features/events/events.service.ts';
import { distinctStages } from '#features/stages/domain/stage-graph.ts';
import type { PlannedStage } from '#features/stages/domain/stage.ts';
import type { StageQueue } from '#features/stages/stage-queue.ts';
import type { TrialPlan } from '#features/trials/domain/trial.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import type { Clock } from '#kernel/clock.ts';
import { contentHash } from '#kernel/content-hash.ts';
import { canonicalJson, type JsonValue } from '#kernel/json.ts';
import { nearestWord } from '#kernel/nearest-word.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import {
  ExperimentNotFoundError,
  parseExperimentReference,
  RevisionNotFoundError,
  SubmissionNotFoundError,
  type Experiment,
  type Revision,
  type Submission,
} from './domain/experiment.ts';
import type { Manifest } from './domain/manifest-schema.ts';
import { toRevision, toRevisionRow, toSubmission } from './persistence/experiment-mapper.ts';
import { experimentEntity, revisionEntity, submissionEntity } from './persistence/experiment.entity.ts';

/** A manifest with all that it asks for, before anything is recorded. */
export interface PlannedExperiment {
  readonly manifest: Manifest;
  /** The manifest as written, its bases after it. */
  readonly source: string;
  readonly trials: readonly TrialPlan[];
}

interface Asked {
  readonly id: string;
  readonly planned: PlannedExperiment;
  readonly stages: readonly PlannedStage[];
}

export interface SubmitResult {
  readonly submission: Submission;
  readonly revision: Revision;
  /** `new`; `continued` when a submission of this revision was not done; `finished` when all it asks for is there. */
  readonly state: 'new' | 'continued' | 'finished';
}

export interface ExperimentTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly trials: TrialsService;
  readonly queue: StageQueue;
  readonly events: EventsService;
}

/** Experiments, their revisions and submissions. */
export class ExperimentsService {
  constructor(private readonly tools: ExperimentTools) {}

  /** Records what is asked for, all or nothing. Asking again returns the same submission. */
  submit(planned: PlannedExperiment): Promise<SubmitResult> {
    return this.tools.database.transaction(async (rows) => {
      await this.tools.database.holdOtherWriters(rows);
      const stages = distinctStages(planned.trials.map((trial) => trial.stages));
      const id = revisionId(planned.manifest, stages);
      const known = await rows.findOne(revisionEntity, { where: { id } });
      return known === null
        ? this.submitNew(rows, { id, planned, stages })
        : this.submitAgain(rows, toRevision(known), stages);
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

  async list(): Promise<readonly Experiment[]> {
    return this.tools.database.read((rows) => rows.find(experimentEntity, { order: { name: 'ASC' } }));
  }

  /** Oldest first. @throws ExperimentNotFoundError */
  async revisionsOf(name: string): Promise<readonly [Revision, ...Revision[]]> {
    const [first, ...others] = await this.tools.database.read((rows) =>
      rows.find(revisionEntity, { where: { experiment: name }, order: { number: 'ASC' } }),
    );
    if (first !== undefined) return [toRevision(first), ...others.map(toRevision)];
    const known = (await this.list()).map((experiment) => experiment.name);
    throw new ExperimentNotFoundError(name, known, nearestWord(name, known));
  }

  /** @param reference `NAME` for the latest, or `NAME@REVISION`. */
  async getRevision(reference: string): Promise<Revision> {
    const { name, revision: asked } = parseExperimentReference(reference);
    const revisions = await this.revisionsOf(name);
    if (asked === null) return this.latestWithResults(revisions);
    const found = revisions.find(({ number }) => String(number) === asked);
    if (found === undefined) throw new RevisionNotFoundError(name, asked, revisions.length);
    return found;
  }

  async submissions(): Promise<readonly Submission[]> {
    const found = await this.tools.database.read((rows) =>
      rows.find(submissionEntity, { order: { createdAt: 'DESC', id: 'ASC' } }),
    );
    return found.map(toSubmission);
  }

  async findSubmission(idPrefix: string): Promise<Submission | null> {
    if (!/^[0-9a-f-]{1,36}$/.test(idPrefix)) return null;
    const where = { id: Like(`${idPrefix}%`) };
    const found = await this.tools.database.read((rows) => rows.findOne(submissionEntity, { where }));
    return found === null ? null : toSubmission(found);
  }

  /** @throws SubmissionNotFoundError */
  async revisionById(id: string): Promise<Revision> {
    const found = await this.tools.database.read((rows) => rows.findOne(revisionEntity, { where: { id } }));
    if (found === null) throw new SubmissionNotFoundError(id);
    return toRevision(found);
  }

  /** Forgets an experiment with its revisions, submissions and trials. Stages stay, for others share them. */
  async delete(name: string): Promise<void> {
    await this.revisionsOf(name);
    await this.tools.database.transaction(async (rows) => {
      await rows.delete(experimentEntity, { name });
      await this.tools.events.append(rows, [
        { kind: 'deleted', subject: { kind: 'experiment', id: name }, payload: {} },
      ]);
    });
  }

  private async latestWithResults(revisions: readonly [Revision, ...Revision[]]): Promise<Revision> {
    const newestFirst = [...revisions].reverse();
    for (const revision of newestFirst) {
      const trials = await this.tools.trials.ofRevision(revision.id);
      if (trials.some(({ status }) => status === 'succeeded')) return revision;
    }
    return newestFirst[0] ?? revisions[0];
  }

  private async submitNew(rows: Rows, asked: Asked): Promise<SubmitResult> {
    const revision = await this.recordRevision(rows, asked);
    const submission = { id: randomUUID(), revision: revision.id, createdAt: this.tools.clock.now(), endedAt: null };
    const { id, createdAt, endedAt } = submission;
    await rows.insert(submissionEntity, { id, revisionId: revision.id, createdAt, endedAt });
    await this.tools.queue.enqueue(rows, id, asked.stages);
    await this.tools.trials.record(rows, revision.id, asked.planned.trials);
    await this.tell(rows, 'submitted', id, { experiment: revision.experiment, revision: revision.number });
    return { submission, revision, state: 'new' };
  }

  private async submitAgain(rows: Rows, revision: Revision, stages: readonly PlannedStage[]): Promise<SubmitResult> {
    const submission = toSubmission(await rows.findOneOrFail(submissionEntity, { where: { revisionId: revision.id } }));
    await this.tools.queue.enqueue(rows, submission.id, stages);
    const isFinished = submission.endedAt !== null && (await this.tools.queue.isDone(rows, submission.id));
    if (isFinished) return { submission, revision, state: 'finished' };
    await rows.update(submissionEntity, { id: submission.id }, { endedAt: null });
    await this.tell(rows, 'continued', submission.id, {});
    return { submission: { ...submission, endedAt: null }, revision, state: 'continued' };
  }

  private async recordRevision(rows: Rows, { id, planned }: Asked): Promise<Revision> {
    const { manifest, source } = planned;
    const { name } = manifest;
    const createdAt = this.tools.clock.now();
    await rows.createQueryBuilder().insert().into(experimentEntity).values({ name, createdAt }).orIgnore().execute();
    const number = (await rows.count(revisionEntity, { where: { experiment: name } })) + 1;
    const revision: Revision = { id, experiment: name, number, manifest, source, createdAt };
    await rows.insert(revisionEntity, toRevisionRow(revision));
    return revision;
  }

  private tell(
    rows: Rows,
    kind: 'submitted' | 'continued' | 'finished',
    id: string,
    payload: Record<string, JsonValue>,
  ): Promise<void> {
    return this.tools.events.append(rows, [{ kind, subject: { kind: 'submission', id }, payload }]);
  }
}

/** The name is in the manifest, so two experiments never share a revision. */
function revisionId(manifest: Manifest, stages: readonly PlannedStage[]): string {
  const written = JSON.parse(JSON.stringify(manifest)) as JsonValue;
  return contentHash(canonicalJson({ manifest: written, stages: stages.map(({ key }) => key) }));
}
