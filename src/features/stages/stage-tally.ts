import type { Database } from '#platform/database/database.ts';
import type { StageKind } from '#science/stages/stage.ts';
import type { OpenStages } from './domain/open-stages.ts';
import type { ExecutionStatus, StageStatus } from './domain/stage.ts';
import { executionEntity } from './persistence/execution.entity.ts';
import { stageEntity } from './persistence/stage.entity.ts';

export interface StageCount {
  readonly kind: StageKind;
  readonly status: StageStatus;
  readonly count: number;
}

export interface ExecutionCount {
  readonly kind: StageKind;
  readonly status: ExecutionStatus;
  readonly count: number;
}

/** Postgres gives counts as text, SQLite a claim as a number. */
type Found<Row> = Omit<Row, 'count' | 'rests'> & { readonly count: number | string; readonly rests?: unknown };

/** Counts stages and executions, however many there are, without reading them. */
export class StageTally {
  constructor(private readonly database: Database) {}

  async stages(): Promise<readonly StageCount[]> {
    const found = await this.database.read((rows) =>
      rows
        .createQueryBuilder(stageEntity, 'stage')
        .select('stage.kind', 'kind')
        .addSelect('stage.status', 'status')
        .addSelect('COUNT(*)', 'count')
        .groupBy('stage.kind')
        .addGroupBy('stage.status')
        .getRawMany<Found<StageCount>>(),
    );
    return found.map(({ kind, status, count }) => ({ kind, status, count: Number(count) }));
  }

  async executions(): Promise<readonly ExecutionCount[]> {
    const found = await this.database.read((rows) =>
      rows
        .createQueryBuilder(executionEntity, 'execution')
        .innerJoin('stage', 'stage', 'stage.key = execution.stageKey')
        .select('stage.kind', 'kind')
        .addSelect('execution.status', 'status')
        .addSelect('COUNT(*)', 'count')
        .groupBy('stage.kind')
        .addGroupBy('execution.status')
        .getRawMany<Found<ExecutionCount>>(),
    );
    return found.map(({ kind, status, count }) => ({ kind, status, count: Number(count) }));
  }

  /** A stage that several demands want counts once for each: what matters is whether there is any. */
  async open(): Promise<readonly OpenStages[]> {
    const rests = `(stage.notBefore IS NOT NULL OR wish.held IS NOT NULL)`;
    const found = await this.database.read((rows) =>
      rows
        .createQueryBuilder(stageEntity, 'stage')
        .innerJoin(
          'submission-stage',
          'wish',
          `wish.stageKey = stage.key AND (wish.held IS NULL OR wish.held = 'canary')`,
        )
        .innerJoin('demand', 'demand', `demand.submissionId = wish.submissionId AND demand.state = 'open'`)
        .where(`stage.status IN ('blocked', 'ready', 'running')`)
        .select('stage.kind', 'kind')
        .addSelect('stage.codeVersion', 'codeVersion')
        .addSelect('stage.status', 'status')
        .addSelect(rests, 'rests')
        .addSelect('COUNT(*)', 'count')
        .groupBy('stage.kind')
        .addGroupBy('stage.codeVersion')
        .addGroupBy('stage.status')
        .addGroupBy(rests)
        .getRawMany<Found<OpenStages>>(),
    );
    return found.map((row) => ({ ...row, rests: Boolean(row.rests), count: Number(row.count) }));
  }
}
