import { SETTING_KEYS } from '#features/experiments/domain/setting-keys.ts';
import { parseExperimentReference } from '#features/experiments/domain/experiment.ts';
import type { FilterFields } from '#kernel/filter/filter-fields.ts';
import type { ListQuery } from '#kernel/list-query.ts';
import type { Page } from '#kernel/page.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { jsonFlag, jsonNumber, jsonText } from '#platform/database/json-sql.ts';
import { joined, raw, sql, type Sql } from '#platform/database/sql.ts';
import { column, type SqlField } from '#platform/database/sql-filter.ts';
import { selectPage, type SqlList } from '#platform/database/sql-list.ts';
import { trialStatusSchema, type TrialAnswer } from './http/trials.schema.ts';

interface TrialRow {
  readonly id: string;
  readonly experiment: string;
  readonly revision: number;
  readonly arm: string;
  readonly method: string;
  readonly dataset: string;
  readonly train_seed: number | null;
  readonly profile_seed: number | null;
  readonly status: TrialAnswer['status'];
  readonly seconds: number | null;
  /** Postgres gives 64-bit numbers as text. */
  readonly created_at: number | string;
  readonly ended_at: number | string | null;
}

/** As `trialStatus` derives it from the statuses of the stages. */
const STATUS = `(SELECT CASE
  WHEN SUM(CASE WHEN s.status = 'succeeded' THEN 0 ELSE 1 END) = 0 THEN 'succeeded'
  WHEN SUM(CASE WHEN s.status = 'failed' THEN 1 ELSE 0 END) > 0 THEN 'failed'
  WHEN SUM(CASE WHEN s.status = 'cancelled' THEN 1 ELSE 0 END) > 0 THEN 'cancelled'
  WHEN SUM(CASE WHEN s.status = 'running' THEN 1 ELSE 0 END) > 0 THEN 'running' ELSE 'queued' END
  FROM trial_stages l JOIN stages s ON s.key = l.stage_key WHERE l.trial_id = trial.id)`;
const ENDED = `(SELECT MAX(s.ended_at) FROM trial_stages l JOIN stages s ON s.key = l.stage_key WHERE l.trial_id = trial.id)`;

/** Lists of trials, however many there are: filtered over settings, metrics and everything else by the data base. */
export class TrialListsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @param experiment `NAME` or `NAME@REVISION`; `undefined` for all. @throws InvalidFilterError, InvalidSortError, UnknownCursorError */
  async page(query: ListQuery, experiment: string | undefined): Promise<Page<TrialAnswer>> {
    const { engine } = this.database;
    const seconds = sql`(SELECT SUM(${jsonNumber(engine, 'e.usage', ['seconds'])}) FROM trial_stages l
      JOIN executions e ON e.stage_key = l.stage_key WHERE l.trial_id = trial.id AND e.usage IS NOT NULL)`;
    const list: SqlList = {
      columns: sql`trial.id AS id, revision.experiment AS experiment, revision.number AS revision, trial.arm AS arm,
        ${jsonText(engine, 'trial.settings', ['method'])} AS method, trial.dataset AS dataset, trial.train_seed AS train_seed,
        trial.profile_seed AS profile_seed, ${raw(STATUS)} AS status, ${seconds} AS seconds,
        revision.created_at AS created_at, ${raw(ENDED)} AS ended_at`,
      from: sql`trials AS trial JOIN revisions AS revision ON revision.id = trial.revision_id`,
      where: whereExperiment(experiment),
      fields: trialFields(engine, seconds),
      id: sql`trial.id`,
      sort: '-createdAt,experiment,position',
    };
    const page = await selectPage<TrialRow>(this.database, list, { ...query, now: this.clock.now() });
    const metrics = await this.metricsOf(page.items.map(({ id }) => id));
    return { items: page.items.map((row) => toAnswer(row, metrics.get(row.id) ?? {})), next: page.next };
  }

  private async metricsOf(trials: readonly string[]): Promise<ReadonlyMap<string, Record<string, number>>> {
    if (trials.length === 0) return new Map();
    const found = await this.database.select<{
      readonly trial: string;
      readonly name: string;
      readonly value: number;
    }>(
      sql`SELECT link.trial_id AS trial, metric.name AS name, metric.value AS value FROM trial_stages AS link
        JOIN metrics AS metric ON metric.stage_key = link.stage_key AND metric.split = 'test' AND metric.step = 0
        WHERE link.trial_id IN (${joined(trials, ', ')}) ORDER BY link.position`,
    );
    const metrics = new Map<string, Record<string, number>>();
    for (const { trial, name, value } of found) metrics.set(trial, { ...metrics.get(trial), [name]: value });
    return metrics;
  }
}

function whereExperiment(reference: string | undefined): Sql {
  if (reference === undefined) return sql`1 = 1`;
  const { name, revision } = parseExperimentReference(reference);
  if (revision === null) return sql`revision.experiment = ${name}`;
  const number = /^\d{1,9}$/.test(revision) ? Number(revision) : 0;
  return sql`revision.experiment = ${name} AND revision.number = ${number}`;
}

const METRIC = /^metrics\.(?:(train|valid|test)\.)?(.+)$/;
const SETTING = /^settings\.(.+)$/;

/** Every field of a trial, its settings by their dotted keys, and its metrics by their names. */
function trialFields(engine: Database['engine'], seconds: Sql): FilterFields<SqlField> {
  const named: ReadonlyMap<string, SqlField> = new Map(
    Object.entries({
      id: column('text', 'trial.id'),
      experiment: column('text', 'revision.experiment'),
      revision: column('number', 'revision.number'),
      arm: column('text', 'trial.arm'),
      method: { kind: 'text', as: () => jsonText(engine, 'trial.settings', ['method']) },
      dataset: column('text', 'trial.dataset'),
      trainSeed: column('number', 'trial.train_seed'),
      profileSeed: column('number', 'trial.profile_seed'),
      status: column('text', STATUS, trialStatusSchema.options),
      seconds: { kind: 'number', as: () => seconds },
      createdAt: column('time', 'revision.created_at'),
      endedAt: column('time', ENDED),
      position: column('number', 'trial.position'),
    } satisfies Record<string, SqlField>),
  );
  const settings = [...SETTING_KEYS.keys()].map((key) => `settings.${key}`);
  return {
    names: [...named.keys(), 'metrics.hr@20', ...settings],
    summary: `${[...named.keys()].join(', ')}, settings.KEY (as in a manifest), metrics.NAME (of the test split) or metrics.SPLIT.NAME`,
    find: (name) => named.get(name) ?? settingField(engine, name) ?? metricField(name),
  };
}

function settingField(engine: Database['engine'], name: string): SqlField | null {
  const key = SETTING.exec(name)?.[1];
  if (key === undefined || !SETTING_KEYS.has(key)) return null;
  const path = key.split('.');
  const readers = { number: jsonNumber, flag: jsonFlag, text: jsonText, time: jsonText };
  return { kind: 'any', as: (kind) => readers[kind](engine, 'trial.settings', path) };
}

/** The last stage that measured it counts: a warm-up has a loss too, and training comes after. */
function metricField(name: string): SqlField | null {
  const [, split = 'test', metric] = METRIC.exec(name) ?? [];
  if (metric === undefined || metric.length > 200) return null;
  const value = sql`(SELECT m.value FROM trial_stages l JOIN metrics m ON m.stage_key = l.stage_key
    AND m.split = ${split} AND m.name = ${metric} AND m.step = 0 WHERE l.trial_id = trial.id ORDER BY l.position DESC LIMIT 1)`;
  return { kind: 'number', as: () => value };
}

function toAnswer(row: TrialRow, metrics: Record<string, number>): TrialAnswer {
  return {
    id: row.id,
    experiment: row.experiment,
    revision: row.revision,
    arm: row.arm,
    method: row.method,
    dataset: row.dataset,
    trainSeed: row.train_seed,
    profileSeed: row.profile_seed,
    status: row.status,
    metrics,
    seconds: row.seconds ?? 0,
    createdAt: new Date(Number(row.created_at)).toISOString(),
    endedAt: row.ended_at === null ? null : new Date(Number(row.ended_at)).toISOString(),
  };
}
