import { In, Like } from 'typeorm';
import type { Database } from '#platform/database/database.ts';
import { inBatches } from '#platform/database/in-batches.ts';
import type { MetricPoint } from '#science/stages/stage.ts';
import type { JsonObject } from '#kernel/json.ts';
import {
  AmbiguousStageError,
  StageNotFoundError,
  workOf,
  type Execution,
  type Stage,
  type StageKey,
  type StageStatus,
  type StageUsage,
} from './domain/stage.ts';
import { executionEntity, metricEntity } from './persistence/execution.entity.ts';
import { stageEntity } from './persistence/stage.entity.ts';
import { toExecution, toStage } from './persistence/stage-mapper.ts';

export interface StageMetric extends MetricPoint {
  readonly stage: StageKey;
}

export type StageCounts = Readonly<Record<StageStatus, number>>;

/** Reads stages, their executions and what they measured. */
export class StagesService {
  constructor(private readonly database: Database) {}

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

  /** Mean seconds of the executions that succeeded here, by kind and method of the stage. */
  async meanSeconds(): Promise<ReadonlyMap<string, number>> {
    const executions = await this.database.read((rows) =>
      rows
        .createQueryBuilder(executionEntity, 'execution')
        .innerJoin('stage', 'stage', 'stage.key = execution.stageKey')
        .where('execution.status = :succeeded', { succeeded: 'succeeded' })
        .select('stage.kind', 'kind')
        .addSelect('stage.parameters', 'parameters')
        .addSelect('execution.usage', 'usage')
        .getRawMany<{ kind: Stage['kind']; parameters: string; usage: string }>(),
    );
    const sums = new Map<string, { seconds: number; count: number }>();
    for (const { kind, parameters, usage } of executions) {
      const work = workOf({ kind, parameters: JSON.parse(parameters) as JsonObject });
      const { seconds, count } = sums.get(work) ?? { seconds: 0, count: 0 };
      sums.set(work, { seconds: seconds + (JSON.parse(usage) as StageUsage).seconds, count: count + 1 });
    }
    return new Map([...sums].map(([work, { seconds, count }]) => [work, seconds / count]));
  }

  async executionsOf(stages: readonly StageKey[]): Promise<readonly Execution[]> {
    const order = { claimedAt: 'ASC', token: 'ASC' } as const;
    const found = await this.database.read((rows) =>
      inBatches(stages, (batch) => rows.find(executionEntity, { where: { stageKey: In(batch) }, order })),
    );
    return found.map(toExecution);
  }

  metricsOf(stages: readonly StageKey[]): Promise<readonly StageMetric[]> {
    return this.measured(stages, {});
  }

  /** What stands at the end of stages, without the curves of their epochs. */
  finalMetricsOf(stages: readonly StageKey[]): Promise<readonly StageMetric[]> {
    return this.measured(stages, { step: 0 });
  }

  private async measured(
    stages: readonly StageKey[],
    which: { readonly step?: number },
  ): Promise<readonly StageMetric[]> {
    const order = { split: 'ASC', name: 'ASC', step: 'ASC' } as const;
    const found = await this.database.read((rows) =>
      inBatches(stages, (batch) => rows.find(metricEntity, { where: { stageKey: In(batch), ...which }, order })),
    );
    return found.map(({ stageKey, split, name, step, value }) => ({
      stage: stageKey as StageKey,
      split: split as MetricPoint['split'],
      name,
      step,
      value,
    }));
  }
}
