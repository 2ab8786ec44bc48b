import type { Clock } from '#kernel/clock.ts';
import { fieldsNamed } from '#kernel/filter/filter-fields.ts';
import type { ListQuery } from '#kernel/list-query.ts';
import type { Page } from '#kernel/page.ts';
import type { Database } from '#platform/database/database.ts';
import { joined, raw, sql, type Sql } from '#platform/database/sql.ts';
import { column, type SqlField } from '#platform/database/sql-filter.ts';
import { selectPage, type SqlList } from '#platform/database/sql-list.ts';
import { subjectId } from './domain/call.ts';
import { callUseSchema, type CallUseAnswer, type SpendAnswer } from './http/calls.schema.ts';

interface UseRow extends Omit<CallUseAnswer, 'id' | 'session' | 'reused' | 'latencyMs' | 'answeredAt'> {
  readonly session: number;
  /** SQLite has no truth of its own. */
  readonly reused: boolean | number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly latency_ms: number;
  /** Postgres gives 64-bit numbers as text. */
  readonly answered_at: number | string;
}

const SESSION = 'NULLIF(used.session, -1)';
/** The stage and `subjectId`; it tells uses apart. */
const OF_SESSION = `COALESCE(CAST(${SESSION} AS VARCHAR(20)), '-')`;
const ID = `(used.stage_key || '/' || used.purpose || '/' || ${OF_SESSION} || '/' || used.attempt || '/' || used.step || '/' || used.variant)`;

const { purpose, step, finish } = callUseSchema.shape;
const FIELDS = fieldsNamed<SqlField>({
  id: column('text', ID),
  call: column('text', 'used.call_hash'),
  stage: column('text', 'used.stage_key'),
  purpose: column('text', 'used.purpose', purpose.options),
  step: column('text', 'used.step', step.options),
  session: column('number', SESSION),
  attempt: column('number', 'used.attempt'),
  variant: column('text', 'used.variant'),
  outcome: column('text', 'used.outcome'),
  reused: column('flag', 'used.reused'),
  model: column('text', 'call.model'),
  finish: column('text', 'call.finish', finish.options),
  promptTokens: column('number', 'call.prompt_tokens'),
  completionTokens: column('number', 'call.completion_tokens'),
  usd: column('number', 'call.usd'),
  latencyMs: column('number', 'call.latency_ms'),
  answeredAt: column('time', 'call.answered_at'),
});

export interface CallScopeRequest {
  readonly experiment?: string | undefined;
  readonly trial?: string | undefined;
  readonly stage?: string | undefined;
}

/** Lists of the uses of LLM calls, however many there are, and what was spent. */
export class CallListsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidFilterError, InvalidSortError, UnknownCursorError */
  async page(query: ListQuery, scope: CallScopeRequest): Promise<Page<CallUseAnswer>> {
    const list: SqlList = {
      columns: sql`used.call_hash AS call, used.stage_key AS stage, used.purpose AS purpose, used.step AS step, used.session AS session,
        used.attempt AS attempt, used.variant AS variant, used.outcome AS outcome, used.reused AS reused, call.model AS model,
        call.finish AS finish, call.prompt_tokens AS prompt_tokens, call.completion_tokens AS completion_tokens, call.usd AS usd,
        call.latency_ms AS latency_ms, call.answered_at AS answered_at`,
      from: sql`stage_calls AS used JOIN calls AS call ON call.hash = used.call_hash`,
      where: joined(conditionsOf(scope), ' AND '),
      fields: FIELDS,
      id: raw(ID),
      sort: 'stage,purpose,session,attempt',
    };
    const page = await selectPage<UseRow>(this.database, list, { ...query, now: this.clock.now() });
    return { items: page.items.map(toAnswer), next: page.next };
  }

  async spend(): Promise<SpendAnswer> {
    const sums = sql`COUNT(*) AS calls, SUM(call.prompt_tokens) AS prompt_tokens, SUM(call.completion_tokens) AS completion_tokens, SUM(call.usd) AS usd`;
    const day = raw('CAST(call.answered_at / 86400000 AS BIGINT)');
    const days = await this.database.select<SumRow & { readonly day: number | string }>(
      sql`SELECT ${day} AS day, call.model AS model, ${sums} FROM calls AS call GROUP BY ${day}, call.model ORDER BY 1, 2`,
    );
    const models = await this.database.select<SumRow & { readonly latency: number }>(
      sql`SELECT call.model AS model, AVG(call.latency_ms) AS latency, ${sums} FROM calls AS call GROUP BY call.model ORDER BY 1`,
    );
    const experiments = await this.database.select<SumRow & { readonly experiment: string | null }>(
      sql`SELECT payer.experiment AS experiment, call.model AS model, ${sums} FROM calls AS call
        LEFT JOIN (SELECT link.stage_key AS stage, MIN(revision.experiment) AS experiment FROM trial_stages AS link
          JOIN trials AS trial ON trial.id = link.trial_id JOIN revisions AS revision ON revision.id = trial.revision_id
          GROUP BY link.stage_key) AS payer ON payer.stage = call.paid_by
        GROUP BY payer.experiment, call.model ORDER BY 1, 2`,
    );
    return {
      days: days.map((row) => ({ day: dayOf(Number(row.day)), ...toSums(row) })),
      models: models.map((row) => ({ meanLatencyMs: row.latency, ...toSums(row) })),
      experiments: experiments.map((row) => ({ experiment: row.experiment, ...toSums(row) })),
    };
  }
}

/** Postgres gives counts and sums as text. */
interface SumRow {
  readonly model: string;
  readonly calls: number | string;
  readonly prompt_tokens: number | string;
  readonly completion_tokens: number | string;
  readonly usd: number;
}

function toSums(row: SumRow) {
  return {
    model: row.model,
    calls: Number(row.calls),
    promptTokens: Number(row.prompt_tokens),
    completionTokens: Number(row.completion_tokens),
    usd: row.usd,
  };
}

function dayOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

function conditionsOf({ experiment, trial, stage }: CallScopeRequest): readonly Sql[] {
  const conditions = [sql`1 = 1`];
  if (stage !== undefined) conditions.push(sql`used.stage_key = ${stage}`);
  if (trial !== undefined)
    conditions.push(
      sql`used.stage_key IN (SELECT link.stage_key FROM trial_stages AS link WHERE link.trial_id = ${trial})`,
    );
  if (experiment !== undefined)
    conditions.push(
      sql`used.stage_key IN (SELECT link.stage_key FROM trial_stages AS link JOIN trials AS trial ON trial.id = link.trial_id
        JOIN revisions AS revision ON revision.id = trial.revision_id WHERE revision.experiment = ${experiment})`,
    );
  return conditions;
}

function toAnswer(row: UseRow): CallUseAnswer {
  const { call, stage, attempt, variant, outcome, model, usd } = row;
  const session = row.session < 0 ? null : row.session;
  return {
    id: `${stage}/${subjectId({ purpose: row.purpose, step: row.step, session, attempt, variant })}`,
    call,
    stage,
    purpose: row.purpose,
    step: row.step,
    session,
    attempt,
    variant,
    outcome,
    reused: Boolean(row.reused),
    model,
    finish: row.finish,
    promptTokens: row.prompt_tokens,
    completionTokens: row.completion_tokens,
    usd,
    latencyMs: row.latency_ms,
    answeredAt: new Date(Number(row.answered_at)).toISOString(),
  };
}
