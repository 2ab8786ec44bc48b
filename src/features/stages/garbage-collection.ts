import { Not } from 'typeorm';
import { ArtifactGarbage } from '#features/artifacts/artifact-garbage.ts';
import type { Garbage } from '#features/artifacts/domain/garbage.ts';
import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { EventsService } from '#features/events/events.service.ts';
import type { ContentHash } from '#kernel/content-hash.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import type { StoredFile } from '#platform/object-store/store-inventory.ts';
import type { StageSource } from './domain/stage.ts';
import { executionEntity } from './persistence/execution.entity.ts';
import { changeStages } from './persistence/stage-changes.ts';
import { stageEntity, submissionStageEntity } from './persistence/stage.entity.ts';

export interface CollectionOptions {
  readonly dryRun: boolean;
  /** Also the artifacts of stages that no experiment wants any more. */
  readonly unwanted: boolean;
}

/** How much of something there is. */
export interface Amount {
  readonly count: number;
  readonly bytes: number;
}

export interface CollectionReport {
  readonly dryRun: boolean;
  /** What is freed, or would be. */
  readonly bytes: number;
  /** Objects that no row knows. */
  readonly orphans: Amount;
  /** Objects whose row nobody keeps, those of unwanted stages among them. */
  readonly unkept: Amount;
  readonly workspaces: Amount;
  readonly unwantedStages: number;
  /** What stays since a stage that is running may be about to record it. */
  readonly heldBack: Amount;
}

export interface CollectionTools {
  readonly database: Database;
  readonly artifacts: ArtifactsService;
  readonly events: EventsService;
}

/** Between the adoption of its first file and the record of its end no stage takes longer. */
const IN_FLIGHT_MS = 24 * 3_600_000;

/**
 * Frees what nobody keeps. Promises, beside that what somebody keeps stays:
 * - What a running stage may be about to record stays: while any is running, everything that is younger than a day. Data sets
 *   adopt their files while they hold other writers, so that none is half recorded here.
 * - What a stage reads that some experiment wants stays, also of a data set that was deleted: results keep the contents they
 *   were made from.
 * - What is adopted after the collection began stays, also where it took the place of an object that is collected.
 * - An unwanted stage loses its files, nothing else: what it measured, asked and was answered is the account of what was done, and
 *   wanted again it runs again, on the answers that are kept.
 */
export class GarbageCollection {
  private readonly garbage: ArtifactGarbage;

  constructor(private readonly tools: CollectionTools) {
    this.garbage = new ArtifactGarbage(tools.artifacts.store);
  }

  async run({ dryRun, unwanted }: CollectionOptions): Promise<CollectionReport> {
    const survey = await this.garbage.survey();
    const { database } = this.tools;
    const { found, stages } = await database.transaction(async (rows) => {
      await database.holdOtherWriters(rows);
      const isBusy = await rows.existsBy(executionEntity, { status: 'running' });
      const stages = unwanted ? await this.findUnwanted(rows) : [];
      const before = isBusy ? survey.at - IN_FLIGHT_MS : survey.at;
      const needed = await dataOfWantedStages(rows);
      const found = await this.garbage.findIn(rows, survey, { before, unwanted: new Set(stages), needed });
      if (!dryRun) await this.forget(rows, stages, found);
      return { found, stages };
    });
    if (!dryRun) await this.garbage.remove(found, survey);
    const amounts = {
      orphans: amountOf(found.orphans),
      unkept: amountOf(found.unkept),
      workspaces: amountOf(survey.workspaces),
    };
    const bytes = Object.values(amounts).reduce((sum, amount) => sum + amount.bytes, 0);
    return { dryRun, bytes, ...amounts, unwantedStages: stages.length, heldBack: amountOf(found.heldBack) };
  }

  /** Stages with artifacts that no submission demands; with its experiment a submission forgets its demands. */
  private async findUnwanted(rows: Rows): Promise<readonly string[]> {
    const stages = await rows.find(stageEntity, { where: { status: Not('running') }, select: { key: true } });
    const demands = await rows.find(submissionStageEntity, { select: { submissionId: true, stageKey: true } });
    const wanted = new Set(demands.map(({ stageKey }) => stageKey));
    const unwanted = stages.map(({ key }) => key).filter((key) => !wanted.has(key));
    return this.tools.artifacts.ownersAmong(rows, 'stage', unwanted);
  }

  private async forget(rows: Rows, stages: readonly string[], found: Garbage<StoredFile>): Promise<void> {
    for (const id of stages) await this.tools.artifacts.unlink(rows, { kind: 'stage', id });
    // A stage without its files is blocked, and one that nobody wants is cancelled: it is both, one after the other.
    await changeStages(rows, stages, { to: 'blocked', from: ['succeeded', 'failed'] });
    await changeStages(rows, stages, { to: 'cancelled', from: ['blocked', 'ready'] });
    await this.garbage.forget(rows, found);
    const deleted = stages.map((id) => ({ kind: 'deleted', subject: { kind: 'stage', id }, payload: {} }) as const);
    if (deleted.length > 0) await this.tools.events.append(rows, deleted);
  }
}

/** The data that the stages of some submission read. A data set that is deleted does not keep them any more. */
async function dataOfWantedStages(rows: Rows): Promise<ReadonlySet<ContentHash>> {
  const found = await rows
    .createQueryBuilder(stageEntity, 'stage')
    .innerJoin('submission-stage', 'demand', 'demand.stageKey = stage.key')
    .select('stage.inputs', 'inputs')
    .distinct(true)
    .getRawMany<{ inputs: string }>();
  const sources = found.flatMap(({ inputs }) => Object.values(JSON.parse(inputs) as Record<string, StageSource>));
  return new Set(sources.flatMap((source) => (source.from === 'dataset' ? [source.hash] : [])));
}

function amountOf(found: readonly { readonly bytes: number }[]): Amount {
  return { count: found.length, bytes: found.reduce((sum, { bytes }) => sum + bytes, 0) };
}
