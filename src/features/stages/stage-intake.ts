import { In, LessThan } from 'typeorm';
import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { EventsService } from '#features/events/events.service.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import { eachBatch, inBatches, insertAll } from '#platform/database/in-batches.ts';
import type { PlannedStage, StageKey } from './domain/stage.ts';
import { demandEntity } from './persistence/demand.entity.ts';
import { executionEntity } from './persistence/execution.entity.ts';
import { changeStages } from './persistence/stage-changes.ts';
import { stageEntity, stageInputEntity, submissionStageEntity } from './persistence/stage.entity.ts';
import { toStageRow } from './persistence/stage-mapper.ts';
import type { DemandState, StageRelease } from './stage-release.ts';

/** What a submission wants done. */
export interface Demand {
  readonly submission: string;
  /** Inputs before what reads them; in the order in which they should run. */
  readonly stages: readonly PlannedStage[];
  /** Larger goes first; `null` for the urgency that it had, or 0. */
  readonly urgency: number | null;
  /** The most stages at a time; `null` for no limit. */
  readonly concurrency: number | null;
  /** The stages that run alone before all others, to find out whether anything works; `null` for no such trial. */
  readonly canary: readonly StageKey[] | null;
}

/** Why a stage of an open demand must wait: for the canary, or because its trial was paused. */
export type Hold = 'canary' | 'paused';

export interface IntakeTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly artifacts: ArtifactsService;
  readonly events: EventsService;
  readonly release: StageRelease;
}

/** Stages that change what Postgres must know of the table. */
const MANY = 100;

/** Whoever asks for a stage anew need not wait for the end of a pause, and all its tries are left. */
const REFRESHED = { failures: 0, notBefore: null } as const;

/** Takes in what submissions want done, and what they want no longer. All of it within the transaction of who asks. */
export class StageIntake {
  constructor(private readonly tools: IntakeTools) {}

  /** What is there already is shared; what had failed or was cancelled gets another chance. */
  async demand(rows: Rows, demand: Demand): Promise<void> {
    const { submission, stages, canary } = demand;
    const createdAt = this.tools.clock.now();
    const absent = { absent: true };
    const planned = stages.map((stage, position) => toStageRow(stage, position, createdAt));
    await insertAll(rows, stageEntity, planned, absent);
    const edges = stages.flatMap((stage) => sourcesOf(stage).map((sourceKey) => ({ stageKey: stage.key, sourceKey })));
    await insertAll(rows, stageInputEntity, edges, absent);
    const first = new Set<StageKey>(canary ?? []);
    const held = (key: StageKey): Hold | null => (canary === null || first.has(key) ? null : 'canary');
    const wish = ({ key }: PlannedStage, priority: number) => {
      return { submissionId: submission, stageKey: key, priority, held: held(key) };
    };
    await rows.delete(submissionStageEntity, { submissionId: submission });
    await insertAll(rows, submissionStageEntity, stages.map(wish));
    const urgency = demand.urgency ?? (await urgencyOf(rows, submission));
    const { concurrency } = demand;
    await rows.upsert(demandEntity, { submissionId: submission, state: 'open', urgency, concurrency }, [
      'submissionId',
    ]);
    const keys = stages.map(({ key }) => key);
    await changeStages(rows, keys, { to: 'blocked', from: ['blocked'], facts: REFRESHED });
    await raise(rows, keys, urgency);
    await this.revive(rows, keys);
    // Without statistics Postgres sorts all that is ready for every claim, until it comes to counting by itself.
    if (this.tools.database.engine === 'postgres' && keys.length >= MANY) await rows.query('ANALYZE stages');
  }

  /** Lets a demand run, wait, or end; `release` and `withdraw` are done with it. */
  async setState(rows: Rows, submission: string, state: DemandState): Promise<void> {
    await rows.update(demandEntity, { submissionId: submission }, { state });
    await this.settle(rows);
  }

  /** Holds back some stages of a demand, or (`null`) holds them no longer. */
  async hold(rows: Rows, submission: string, keys: readonly StageKey[], held: Hold | null): Promise<void> {
    await eachBatch(keys, (batch) =>
      rows.update(submissionStageEntity, { submissionId: submission, stageKey: In(batch) }, { held }),
    );
    await this.settle(rows);
  }

  /** The canary lives: the others may run. */
  async endCanary(rows: Rows, submission: string): Promise<void> {
    await rows.update(submissionStageEntity, { submissionId: submission, held: 'canary' }, { held: null });
    await this.settle(rows);
  }

  /** Has stages run that had failed or were cancelled. Others stay as they are. */
  async revive(rows: Rows, keys: readonly StageKey[]): Promise<number> {
    const revived = await changeStages(rows, keys, {
      to: 'blocked',
      from: ['failed', 'cancelled'],
      facts: REFRESHED,
    });
    await this.tools.release.release(rows);
    return revived;
  }

  /**
   * Cancels those of the stages that no other submission waits for and that are not done; whoever runs one finds that he has
   * lost it. Returns which.
   */
  async cancel(rows: Rows, submission: string, keys: readonly StageKey[]): Promise<readonly StageKey[]> {
    await this.tools.database.holdOtherWriters(rows);
    const open = await inBatches(keys, (batch) =>
      rows
        .createQueryBuilder(stageEntity, 'stage')
        .select('stage.key', 'key')
        .where(`stage.key IN (:...batch) AND stage.status IN ('blocked', 'ready', 'running')`, { batch })
        .andWhere(`NOT EXISTS (${WANTED_BY_OTHERS})`, { submission })
        .getRawMany<{ key: StageKey }>(),
    );
    const cancelled = open.map(({ key }) => key);
    await changeStages(rows, cancelled, { to: 'cancelled' });
    const ended = { status: 'cancelled', endedAt: this.tools.clock.now() };
    await eachBatch(cancelled, (batch) =>
      rows.update(executionEntity, { stageKey: In(batch), status: 'running' }, ended),
    );
    return cancelled;
  }

  /**
   * Has stages run again whose artifacts were lost, and what reads them wait for that. What a stage that has not succeeded
   * had kept, a checkpoint, is forgotten.
   */
  async repeat(keys: readonly StageKey[]): Promise<void> {
    await this.tools.database.transaction(async (rows) => {
      await this.tools.database.holdOtherWriters(rows);
      for (const key of keys) {
        await this.tools.artifacts.unlink(rows, { kind: 'stage', id: key });
        await changeStages(rows, [key], { to: 'blocked', from: ['succeeded'] });
        const readers = await rows.find(stageInputEntity, { where: { sourceKey: key } });
        await changeStages(
          rows,
          readers.map(({ stageKey }) => stageKey),
          { to: 'blocked', from: ['ready'] },
        );
      }
      await this.tools.release.release(rows);
      const repaired = (id: StageKey) => ({ kind: 'repaired', subject: { kind: 'stage', id }, payload: {} }) as const;
      await this.tools.events.append(rows, keys.map(repaired));
    });
  }

  async failedOf(rows: Rows, keys: readonly StageKey[]): Promise<readonly StageKey[]> {
    const found = await inBatches(keys, (batch) =>
      rows.find(stageEntity, { select: { key: true }, where: { key: In(batch), status: 'failed' } }),
    );
    return found.map(({ key }) => key as StageKey);
  }

  /** All that a submission wants. */
  async keysOf(rows: Rows, submission: string): Promise<readonly StageKey[]> {
    const found = await rows.find(submissionStageEntity, { where: { submissionId: submission } });
    return found.map(({ stageKey }) => stageKey as StageKey);
  }

  private async settle(rows: Rows): Promise<void> {
    await this.tools.release.withdraw(rows);
    await this.tools.release.release(rows);
  }
}

const WANTED_BY_OTHERS =
  `SELECT 1 FROM submission_stages wish JOIN demands demand ON demand.submission_id = wish.submission_id ` +
  `WHERE wish.stage_key = stage.key AND wish.submission_id <> :submission AND demand.state <> 'cancelled'`;

/** 0 where it asked for nothing yet. */
export async function urgencyOf(rows: Rows, submission: string): Promise<number> {
  return (await rows.findOne(demandEntity, { where: { submissionId: submission } }))?.urgency ?? 0;
}

/** What is ready for a less urgent demand need not wait its turn. */
async function raise(rows: Rows, keys: readonly StageKey[], urgency: number): Promise<void> {
  const less = { status: 'ready', urgency: LessThan(urgency) };
  await eachBatch(keys, (batch) => rows.update(stageEntity, { key: In(batch), ...less }, { urgency }));
}

function sourcesOf(stage: PlannedStage): readonly StageKey[] {
  const sources = Object.values(stage.inputs).flatMap((source) => (source.from === 'stage' ? [source.stage] : []));
  return [...new Set(sources)];
}
