import type { SelectQueryBuilder } from 'typeorm';
import type { Rows } from '#platform/database/database.ts';
import type { StageFailure, StageStatus } from './domain/stage.ts';
import { stageEntity, type StageRow } from './persistence/stage.entity.ts';

/** How the stages of a submission stand. */
export interface StageStanding {
  /** Those that run, may run, are held back, or rest before they are tried again. */
  readonly open: number;
  /** The message of each that failed. */
  readonly failures: readonly string[];
  /** The states of the canary's stages, each once; `null` when no stage waits for a canary. */
  readonly canary: readonly StageStatus[] | null;
}

interface WishCount {
  readonly status: StageStatus;
  readonly held: string | null;
  /** Postgres gives 0 and 1 as numbers too. */
  readonly pauses: number;
  readonly count: number | string;
}

/** Has every stage of a submission succeeded? */
export async function isDone(rows: Rows, submission: string): Promise<boolean> {
  const open = wishesOf(rows, submission).andWhere(`stage.status <> 'succeeded'`);
  return (await open.getCount()) === 0;
}

/** Of a stage: is its pause after a mishap not over yet? */
const RESTS = 'CASE WHEN stage.notBefore > :before THEN 1 ELSE 0 END';

/**
 * Within a transaction in which all that may run was released.
 * @param before an instant before that release: whose pause ended later either was released or still rests
 */
export async function standingOf(rows: Rows, submission: string, before: Date): Promise<StageStanding> {
  const wishes = await wishesOf(rows, submission)
    .select('stage.status', 'status')
    .addSelect('wish.held', 'held')
    .addSelect(RESTS, 'pauses')
    .setParameters({ before: before.getTime() })
    .addSelect('COUNT(*)', 'count')
    .groupBy('stage.status')
    .addGroupBy('wish.held')
    .addGroupBy('pauses')
    .getRawMany<WishCount>();
  const hasFailed = wishes.some(({ status }) => status === 'failed');
  const waitsForCanary = wishes.some(({ held }) => held === 'canary');
  return {
    open: wishes.filter(isOpen).reduce((sum, { count }) => sum + Number(count), 0),
    failures: hasFailed ? await failuresOf(rows, submission) : [],
    canary: waitsForCanary ? wishes.filter(({ held }) => held === null).map(({ status }) => status) : null,
  };
}

/** What is blocked after a release, is not held and does not rest, waits for a stage that has failed or was cancelled. */
function isOpen({ status, held, pauses }: WishCount): boolean {
  if (status === 'ready' || status === 'running') return true;
  return status === 'blocked' && (held !== null || pauses === 1);
}

function wishesOf(rows: Rows, submission: string): SelectQueryBuilder<StageRow> {
  return rows
    .createQueryBuilder(stageEntity, 'stage')
    .innerJoin('submission-stage', 'wish', 'wish.stageKey = stage.key')
    .where('wish.submissionId = :submission', { submission });
}

/** What the last execution of each failed stage said. */
async function failuresOf(rows: Rows, submission: string): Promise<readonly string[]> {
  const found = await wishesOf(rows, submission)
    .innerJoin('execution', 'execution', 'execution.stageKey = stage.key AND execution.token = stage.token')
    .andWhere(`stage.status = 'failed'`)
    .select('execution.error', 'error')
    .getRawMany<{ readonly error: string | null }>();
  return found.map(({ error }) => (error === null ? '' : (JSON.parse(error) as StageFailure).message));
}
