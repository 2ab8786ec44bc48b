import type { Clock } from '#kernel/clock.ts';
import { fieldsNamed } from '#kernel/filter/filter-fields.ts';
import type { ListQuery } from '#kernel/list-query.ts';
import type { Page } from '#kernel/page.ts';
import type { Database } from '#platform/database/database.ts';
import { raw, sql } from '#platform/database/sql.ts';
import { column, type SqlField } from '#platform/database/sql-filter.ts';
import { selectPage, type SqlList } from '#platform/database/sql-list.ts';
import { STAGE_KINDS } from '#science/stages/stage.ts';
import { stageStatusSchema, type QueueAnswer, type StageAnswer } from './http/stages.schema.ts';
import { StageTally } from './stage-tally.ts';

/** Postgres gives 64-bit numbers, and so counts, as text. */
interface StageRow {
  readonly key: string;
  readonly kind: string;
  readonly status: StageAnswer['status'];
  readonly parameters: string;
  readonly warnings: number | string;
  readonly trials: number | string;
  readonly created_at: number | string;
  readonly ended_at: number | string | null;
}

interface WaitingRow extends Pick<StageRow, 'key' | 'kind' | 'trials' | 'created_at'> {
  readonly urgency: number;
}

interface RunningRow extends Pick<StageRow, 'key' | 'kind' | 'trials'> {
  readonly host: string;
  readonly pid: number;
  readonly claimed_at: number | string;
}

const WARNINGS = `(SELECT COUNT(*) FROM events e WHERE e.subject_kind = 'stage' AND e.subject_id = stage.key AND e.kind = 'warned')`;
const TRIALS = `(SELECT COUNT(*) FROM trial_stages l WHERE l.stage_key = stage.key)`;

const FIELDS = fieldsNamed<SqlField>({
  key: column('text', 'stage.key'),
  kind: column('text', 'stage.kind', STAGE_KINDS),
  status: column('text', 'stage.status', stageStatusSchema.options),
  warnings: column('number', WARNINGS),
  parameters: column('text', 'stage.parameters'),
  trials: column('number', TRIALS),
  createdAt: column('time', 'stage.created_at'),
  endedAt: column('time', 'stage.ended_at'),
});

/** Stages that are about to be claimed, as many as somebody looks at. */
const WAITING = 50;

/** Lists of stages, however many there are, and what waits. */
export class StageListsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @param trial the stages of one only. @throws InvalidFilterError, InvalidSortError, UnknownCursorError */
  async page(query: ListQuery, trial: string | undefined): Promise<Page<StageAnswer>> {
    const list: SqlList = {
      columns: sql`stage.key AS key, stage.kind AS kind, stage.status AS status, stage.parameters AS parameters,
        ${raw(WARNINGS)} AS warnings, ${raw(TRIALS)} AS trials,
        stage.created_at AS created_at, stage.ended_at AS ended_at`,
      from: sql`stages AS stage`,
      where:
        trial === undefined
          ? sql`1 = 1`
          : sql`stage.key IN (SELECT link.stage_key FROM trial_stages AS link WHERE link.trial_id = ${trial})`,
      fields: FIELDS,
      id: sql`stage.key`,
      sort: '-createdAt',
    };
    const page = await selectPage<StageRow>(this.database, list, { ...query, now: this.clock.now() });
    return { items: page.items.map(toAnswer), next: page.next };
  }

  /** How many trials have a stage. */
  async trialsOf(key: string): Promise<number> {
    const [found] = await this.database.select<{ readonly trials: number | string }>(
      sql`SELECT COUNT(*) AS trials FROM trial_stages WHERE stage_key = ${key}`,
    );
    return Number(found?.trials ?? 0);
  }

  async queue(): Promise<QueueAnswer> {
    const waiting = await this.database.select<WaitingRow>(
      sql`SELECT stage.key AS key, stage.kind AS kind, stage.urgency AS urgency, stage.created_at AS created_at,
        ${raw(TRIALS)} AS trials FROM stages AS stage
        WHERE stage.status = 'ready' ORDER BY stage.urgency DESC, stage.position, stage.key LIMIT ${WAITING}`,
    );
    const running = await this.database.select<RunningRow>(
      sql`SELECT stage.key AS key, stage.kind AS kind, execution.host AS host, execution.pid AS pid, execution.claimed_at AS claimed_at,
        ${raw(TRIALS)} AS trials FROM executions AS execution
        JOIN stages AS stage ON stage.key = execution.stage_key WHERE execution.status = 'running' ORDER BY execution.claimed_at`,
    );
    const now = this.clock.now().getTime();
    return {
      counts: [...(await new StageTally(this.database).stages())],
      waiting: waiting.map(({ key, kind, urgency, trials, created_at: createdAt }) => {
        return { stage: key, kind, urgency, trials: Number(trials), createdAt: instant(createdAt) };
      }),
      running: running.map(({ key, kind, host, pid, trials, claimed_at: claimedAt }) => {
        const seconds = Math.max(0, now - Number(claimedAt)) / 1000;
        return { stage: key, kind, host, pid, trials: Number(trials), seconds };
      }),
    };
  }
}

function toAnswer(row: StageRow): StageAnswer {
  const { key, kind, status, parameters, created_at: createdAt, ended_at: endedAt } = row;
  return {
    key,
    kind,
    status,
    warnings: Number(row.warnings),
    parameters,
    trials: Number(row.trials),
    createdAt: instant(createdAt),
    endedAt: endedAt === null ? null : instant(endedAt),
  };
}

function instant(milliseconds: number | string): string {
  return new Date(Number(milliseconds)).toISOString();
}
