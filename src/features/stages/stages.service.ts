import { In, Like } from 'typeorm';
import type { EventsService } from '#features/events/events.service.ts';
import type { Database } from '#platform/database/database.ts';
import { inBatches } from '#platform/database/in-batches.ts';
import { keyList } from '#platform/database/key-list.ts';
import { joined, sql } from '#platform/database/sql.ts';
import type { MetricPoint, StageKind } from '#science/stages/stage.ts';
import {
  AmbiguousStageError,
  StageNotFoundError,
  type Execution,
  type Stage,
  type StageKey,
  type StageStatus,
  type StageUsage,
  type StageWarning,
} from './domain/stage.ts';
import { dataOfStages, meanSecondsOf, type MeanSeconds } from './domain/stage-seconds.ts';
import { executionEntity, metricEntity } from './persistence/execution.entity.ts';
import { stageEntity, stageInputEntity } from './persistence/stage.entity.ts';
import { toExecution, toStage, toWarning } from './persistence/stage-mapper.ts';

export interface StageMetric extends MetricPoint {
  readonly stage: StageKey;
}

export type StageCounts = Readonly<Record<StageStatus, number>>;

const TIMED = { id: true, stageKey: true, usage: true } as const;

/** Reads stages, their executions and what they measured. */
export class StagesService {
  constructor(
    private readonly database: Database,
    private readonly events: EventsService,
  ) {}

  async list(): Promise<readonly Stage[]> {
    const found = await this.database.read((rows) =>
      rows.find(stageEntity, { order: { createdAt: 'ASC', key: 'ASC' } }),
    );
    return found.map(toStage);
  }

  /** @throws StageNotFoundError, AmbiguousStageError for the beginning of a key that none or several have. */
  async get(keyPrefix: string): Promise<Stage> {
    const isKey = /^[0-9a-f]{4,64}$/.test(keyPrefix);
    const where = { key: Like(`${keyPrefix}%`) };
    const found = isKey ? await this.database.read((rows) => rows.find(stageEntity, { where, take: 2 })) : [];
    const [first, second] = found;
    if (second !== undefined) throw new AmbiguousStageError(keyPrefix);
    if (first === undefined) throw new StageNotFoundError(keyPrefix);
    return toStage(first);
  }

  /** Those of the keys that have a row. */
  async findByKeys(keys: readonly StageKey[]): Promise<ReadonlyMap<StageKey, Stage>> {
    const found = await this.database.read((rows) =>
      inBatches(keys, (batch) => rows.find(stageEntity, { where: { key: In(batch) } })),
    );
    return new Map(found.map((row) => [row.key as StageKey, toStage(row)]));
  }

  /** The stages of one kind that read what some others made. */
  async readersOf(keys: readonly StageKey[], kind: StageKind): Promise<readonly Stage[]> {
    const found = await this.database.read((rows) =>
      inBatches(keys, async (batch) => {
        const edges = await rows.find(stageInputEntity, { where: { sourceKey: In(batch) } });
        const readers = [...new Set(edges.map(({ stageKey }) => stageKey))];
        return inBatches(readers, (some) => rows.find(stageEntity, { where: { key: In(some), kind } }));
      }),
    );
    return found.map(toStage);
  }

  /** The keys of one kind among those that a submission wants. */
  async wantedOf(submission: string, kind: StageKind): Promise<readonly StageKey[]> {
    const found = await this.database.read((rows) =>
      rows
        .createQueryBuilder(stageEntity, 'stage')
        .innerJoin('submission-stage', 'wish', 'wish.stageKey = stage.key')
        .where('wish.submissionId = :submission AND stage.kind = :kind', { submission, kind })
        .select('stage.key', 'key')
        .getRawMany<{ key: StageKey }>(),
    );
    return found.map(({ key }) => key);
  }

  async countByStatus(submission: string): Promise<StageCounts> {
    const found = await this.database.read((rows) =>
      rows
        .createQueryBuilder(stageEntity, 'stage')
        .innerJoin('submission-stage', 'demand', 'demand.stageKey = stage.key')
        .where('demand.submissionId = :submission', { submission })
        .select('stage.status', 'status')
        .addSelect('COUNT(*)', 'count')
        .groupBy('stage.status')
        .getRawMany<{ status: StageStatus; count: number | string }>(),
    );
    const counts = { blocked: 0, ready: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 };
    for (const { status, count } of found) counts[status] = Number(count);
    return counts;
  }

  /** Of the executions that succeeded on a host: other machines are faster or slower. */
  async meanSeconds(host: string): Promise<MeanSeconds> {
    const { executions, stages } = await this.database.read(async (rows) => ({
      executions: await rows.find(executionEntity, { where: { status: 'succeeded', host }, select: TIMED }),
      stages: await rows.find(stageEntity),
    }));
    const known = new Map(stages.map((row) => [row.key, toStage(row)]));
    const data = dataOfStages([...known.values()]);
    const timed = executions.flatMap(({ stageKey, usage }) => {
      const stage = known.get(stageKey);
      if (stage === undefined || usage === null) return [];
      return [{ stage, data: data.get(stage.key) ?? null, seconds: (JSON.parse(usage) as StageUsage).seconds }];
    });
    return meanSecondsOf(timed);
  }

  async executionsOf(stages: readonly StageKey[]): Promise<readonly Execution[]> {
    const order = { claimedAt: 'ASC', token: 'ASC' } as const;
    const found = await this.database.read((rows) =>
      inBatches(stages, (batch) => rows.find(executionEntity, { where: { stageKey: In(batch) }, order })),
    );
    return found.map(toExecution);
  }

  /** Those that go on now, the longest first. */
  async running(): Promise<readonly Execution[]> {
    const order = { claimedAt: 'ASC', token: 'ASC' } as const;
    const found = await this.database.read((rows) =>
      rows.find(executionEntity, { where: { status: 'running' }, order }),
    );
    return found.map(toExecution);
  }

  /** Some metrics as they stand at the end of stages, without the curves of their epochs. */
  finalMetricsOf(
    stages: readonly StageKey[],
    split: MetricPoint['split'],
    names: readonly string[],
  ): Promise<readonly StageMetric[]> {
    const { engine } = this.database;
    return this.database.select<StageMetric>(
      sql`SELECT stage_key AS stage, split, name, step, value FROM metrics WHERE stage_key IN (${keyList(engine, stages)})
        AND split = ${split} AND name IN (${joined(names, ', ')}) AND step = 0`,
    );
  }

  async metricsOf(stages: readonly StageKey[]): Promise<readonly StageMetric[]> {
    const order = { split: 'ASC', name: 'ASC', step: 'ASC' } as const;
    const found = await this.database.read((rows) =>
      inBatches(stages, (batch) => rows.find(metricEntity, { where: { stageKey: In(batch) }, order })),
    );
    return found.map(({ stageKey, split, name, step, value }) => ({
      stage: stageKey as StageKey,
      split: split as MetricPoint['split'],
      name,
      step,
      value,
    }));
  }

  /** Oldest first. */
  async warningsOf(stages: readonly StageKey[]): Promise<readonly StageWarning[]> {
    return (await this.events.about('stage', stages, 'warned')).map(toWarning);
  }
}
