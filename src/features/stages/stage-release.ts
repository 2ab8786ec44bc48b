import type { SelectQueryBuilder } from 'typeorm';
import type { Clock } from '#kernel/clock.ts';
import type { Rows } from '#platform/database/database.ts';
import type { StageKey } from './domain/stage.ts';
import { demandEntity, type DemandRow } from './persistence/demand.entity.ts';
import { changeStages } from './persistence/stage-changes.ts';
import { stageEntity, type StageRow } from './persistence/stage.entity.ts';

/** Of a demand: `open` while its stages may run, `closed` while they wait or are done, `cancelled` when nobody waits for them. */
export type DemandState = 'open' | 'closed' | 'cancelled';

const WANTED =
  `SELECT 1 FROM submission_stages wish JOIN demands demand ON demand.submission_id = wish.submission_id ` +
  `WHERE wish.stage_key = stage.key AND wish.held IS NULL AND demand.state = 'open'`;
const WAITING_FOR_INPUT =
  `SELECT 1 FROM stage_inputs input JOIN stages source ON source.key = input.source_key ` +
  `WHERE input.stage_key = stage.key AND source.status <> 'succeeded'`;

const READS = `SELECT 1 FROM stage_inputs edge WHERE edge.stage_key = stage.key AND edge.source_key = :source`;

/**
 * Decides which stages may run: those that an open demand wants, that are not held back, whose inputs are there, and for
 * which the demand has room.
 */
export class StageRelease {
  constructor(private readonly clock: Clock) {}

  /** Makes ready what may run now, for the most urgent demand first. Returns how many. */
  async release(rows: Rows): Promise<number> {
    let released = 0;
    for (const demand of await openDemands(rows)) released += await this.releaseOf(rows, demand, null);
    return released;
  }

  /**
   * The same after one stage has succeeded, looking only where that can have made a difference: at what reads it, and, since
   * it made room, at all of a demand with a limit.
   */
  async releaseAfter(rows: Rows, key: StageKey): Promise<void> {
    for (const demand of await openDemands(rows)) {
      await this.releaseOf(rows, demand, demand.concurrency === null ? key : null);
    }
  }

  /** Takes back what is ready and no open demand wants any more. */
  async withdraw(rows: Rows): Promise<void> {
    const unwanted = await rows
      .createQueryBuilder(stageEntity, 'stage')
      .select('stage.key', 'key')
      .where(`stage.status = 'ready' AND NOT EXISTS (${WANTED})`)
      .getRawMany<{ key: string }>();
    await changeStages(
      rows,
      unwanted.map(({ key }) => key),
      { to: 'blocked', from: ['ready'] },
    );
  }

  private async releaseOf(rows: Rows, demand: DemandRow, source: StageKey | null): Promise<number> {
    const room = demand.concurrency === null ? null : demand.concurrency - (await busyCount(rows, demand));
    if (room !== null && room <= 0) return 0;
    const query = stagesOf(rows, demand)
      .select('stage.key', 'key')
      .andWhere(`stage.status = 'blocked' AND wish.held IS NULL AND NOT EXISTS (${WAITING_FOR_INPUT})`)
      .andWhere('(stage.notBefore IS NULL OR stage.notBefore <= :now)', { now: this.clock.now().getTime() })
      .orderBy('wish.priority', 'ASC');
    if (source !== null) query.andWhere(`EXISTS (${READS})`, { source });
    if (room !== null) query.limit(room);
    const found = await query.getRawMany<{ key: string }>();
    const facts = { urgency: demand.urgency, notBefore: null };
    return changeStages(
      rows,
      found.map(({ key }) => key),
      { to: 'ready', from: ['blocked'], facts },
    );
  }
}

function openDemands(rows: Rows): Promise<DemandRow[]> {
  return rows.find(demandEntity, { where: { state: 'open' }, order: { urgency: 'DESC', submissionId: 'ASC' } });
}

function busyCount(rows: Rows, demand: DemandRow): Promise<number> {
  return stagesOf(rows, demand).andWhere(`stage.status IN ('ready', 'running')`).getCount();
}

function stagesOf(rows: Rows, { submissionId }: DemandRow): SelectQueryBuilder<StageRow> {
  return rows
    .createQueryBuilder(stageEntity, 'stage')
    .innerJoin('submission-stage', 'wish', 'wish.stageKey = stage.key')
    .where('wish.submissionId = :submissionId', { submissionId });
}
