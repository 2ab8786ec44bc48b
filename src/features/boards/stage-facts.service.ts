import { SIMULATED } from '#features/calls/domain/call-cost.ts';
import type { StageStatus } from '#features/stages/domain/stage.ts';
import type { Database } from '#platform/database/database.ts';
import { jsonNumber } from '#platform/database/json-sql.ts';
import { keyList } from '#platform/database/key-list.ts';
import { sql } from '#platform/database/sql.ts';
import type { StageKind } from '#science/stages/stage.ts';
import type { Outline } from './domain/outline.ts';
import { NO_CALLS, type CallFacts, type StageFacts } from './domain/stage-facts.ts';

/** Postgres gives counts as text. */
interface CallRow {
  readonly stage: string;
  readonly calls: number | string;
  readonly paid: number | string;
  readonly simulated: number | string;
  readonly usd: number;
}

/** What a stage took and asked, as long as it stands as it did then. */
interface Known {
  readonly mark: string;
  readonly seconds: number;
  readonly calls: CallFacts;
}

export interface FinalMetric {
  readonly kind: StageKind;
  readonly split: 'train' | 'valid' | 'test';
  readonly name: string;
}

/** Of one revision, what need not be read again. */
interface Memory {
  readonly stages: Map<string, Known>;
  /** By metric and then stage; `null` for a stage that has not measured it. */
  readonly metrics: Map<string, Map<string, number | null>>;
}

/** Reads how the stages of revisions stand. Whatever has ended is read once. */
export class StageFactsService {
  private readonly memories = new WeakMap<Outline, Memory>();

  constructor(private readonly database: Database) {}

  async of(outline: Outline): Promise<StageFacts> {
    const { stages } = this.memoryOf(outline);
    const standing = await this.standingOf(outline.stages.map(({ key }) => key));
    const isStale = (key: string): boolean => {
      const { status, mark } = standing.get(key) ?? UNKNOWN;
      return status === 'running' || stages.get(key)?.mark !== mark;
    };
    const stale = outline.stages.map(({ key }) => key).filter(isStale);
    const [seconds, calls] = [await this.secondsOf(stale), await this.callsOf(stale)];
    for (const key of stale) {
      const { mark } = standing.get(key) ?? UNKNOWN;
      stages.set(key, { mark, seconds: seconds.get(key) ?? 0, calls: calls.get(key) ?? NO_CALLS });
    }
    return {
      status: outline.stages.map(({ key }) => standing.get(key)?.status ?? 'blocked'),
      seconds: outline.stages.map(({ key }) => stages.get(key)?.seconds ?? 0),
      calls: outline.stages.map(({ key }) => stages.get(key)?.calls ?? NO_CALLS),
    };
  }

  /** What the stages of one kind measured at their end, by the ids of the trials that have them. */
  async finalMetric(
    outline: Outline,
    { status }: Pick<StageFacts, 'status'>,
    metric: FinalMetric,
  ): Promise<ReadonlyMap<string, number>> {
    const { metrics } = this.memoryOf(outline);
    const key = `${metric.kind} ${metric.split} ${metric.name}`;
    const known = metrics.get(key) ?? new Map<string, number | null>();
    metrics.set(key, known);
    const own = outline.stages.filter(({ kind }, place) => kind === metric.kind && status[place] === 'succeeded');
    const missing = own.map((stage) => stage.key).filter((stage) => !known.has(stage));
    const measured = new Map((await this.metricsOf(missing, metric)).map(({ stage, value }) => [stage, value]));
    // Only now, so that whoever asks in between reads too.
    for (const stage of missing) known.set(stage, measured.get(stage) ?? null);
    const byTrial = outline.trials.flatMap(({ id, steps }) => {
      const step = steps.findLast((place) => outline.stages[place]?.kind === metric.kind);
      const value = step === undefined ? undefined : known.get(outline.stages[step]?.key ?? '');
      return value === undefined || value === null ? [] : [[id, value] as const];
    });
    return new Map(byTrial);
  }

  private memoryOf(outline: Outline): Memory {
    const known = this.memories.get(outline);
    if (known !== undefined) return known;
    const memory = { stages: new Map<string, Known>(), metrics: new Map<string, Map<string, number | null>>() };
    this.memories.set(outline, memory);
    return memory;
  }

  private async standingOf(keys: readonly string[]) {
    const found = await this.database.select<{
      readonly key: string;
      readonly status: StageStatus;
      readonly token: number;
    }>(sql`SELECT key, status, token FROM stages WHERE key IN (${this.list(keys)})`);
    return new Map(found.map(({ key, status, token }) => [key, { status, mark: `${status} ${token}` }]));
  }

  private async secondsOf(keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (keys.length === 0) return new Map();
    const seconds = jsonNumber(this.database.engine, 'usage', ['seconds']);
    const found = await this.database.select<{ readonly stage: string; readonly seconds: number | null }>(
      sql`SELECT stage_key AS stage, SUM(${seconds}) AS seconds FROM executions
        WHERE usage IS NOT NULL AND stage_key IN (${this.list(keys)}) GROUP BY stage_key`,
    );
    return new Map(found.map((row) => [row.stage, row.seconds ?? 0]));
  }

  private async callsOf(keys: readonly string[]): Promise<ReadonlyMap<string, CallFacts>> {
    if (keys.length === 0) return new Map();
    const found = await this.database.select<CallRow>(
      sql`SELECT used.stage_key AS stage, COUNT(*) AS calls, SUM(CASE WHEN used.reused THEN 0 ELSE 1 END) AS paid,
        SUM(CASE WHEN call.model = ${SIMULATED} THEN 1 ELSE 0 END) AS simulated, SUM(call.usd) AS usd
        FROM stage_calls AS used JOIN calls AS call ON call.hash = used.call_hash
        WHERE used.stage_key IN (${this.list(keys)}) GROUP BY used.stage_key`,
    );
    return new Map(
      found.map(({ stage, calls, paid, simulated, usd }) => [
        stage,
        { calls: Number(calls), paidCalls: Number(paid), simulatedCalls: Number(simulated), usd },
      ]),
    );
  }

  private async metricsOf(keys: readonly string[], { split, name }: FinalMetric) {
    if (keys.length === 0) return [];
    return this.database.select<{ readonly stage: string; readonly value: number }>(
      sql`SELECT stage_key AS stage, value FROM metrics WHERE split = ${split} AND name = ${name} AND step = 0
        AND stage_key IN (${this.list(keys)})`,
    );
  }

  private list(keys: readonly string[]) {
    return keyList(this.database.engine, keys);
  }
}

const UNKNOWN = { status: 'blocked', mark: '' } as const;
