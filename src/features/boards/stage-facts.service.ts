import type { StageStatus } from '#features/stages/domain/stage.ts';
import type { Database } from '#platform/database/database.ts';
import { jsonNumber } from '#platform/database/json-sql.ts';
import { sql, type Sql } from '#platform/database/sql.ts';
import { SIMULATED } from '#features/calls/domain/call-cost.ts';
import type { Outline } from './domain/outline.ts';
import { NO_CALLS, type CallFacts, type StageFacts } from './domain/stage-facts.ts';

interface StageRow {
  readonly key: string;
  readonly status: StageStatus;
}

/** Postgres gives counts as text. */
interface CallRow {
  readonly stage: string;
  readonly calls: number | string;
  readonly paid: number | string;
  readonly simulated: number | string;
  readonly usd: number;
}

interface CountRow {
  readonly stage: string;
  readonly calls: number | string;
}

/** Reads how the stages of revisions stand. What the calls of a stage come to is kept as long as it makes no others. */
export class StageFactsService {
  private readonly callFacts = new Map<string, CallFacts>();

  constructor(private readonly database: Database) {}

  async of({ revision, stages }: Outline): Promise<StageFacts> {
    const own = ownStages(revision.id);
    const statuses = await this.database.select<StageRow>(sql`SELECT key, status FROM stages WHERE key IN (${own})`);
    const seconds = await this.database.select<{ readonly stage: string; readonly seconds: number | null }>(
      sql`SELECT stage_key AS stage, SUM(${jsonNumber(this.database.engine, 'usage', ['seconds'])}) AS seconds
        FROM executions WHERE usage IS NOT NULL AND stage_key IN (${own}) GROUP BY stage_key`,
    );
    const [statusOf, secondsOf] = [
      new Map(statuses.map(({ key, status }) => [key, status])),
      new Map(seconds.map((row) => [row.stage, row.seconds ?? 0])),
    ];
    const calls = await this.callsOf(own);
    return {
      status: stages.map(({ key }) => statusOf.get(key) ?? 'blocked'),
      seconds: stages.map(({ key }) => secondsOf.get(key) ?? 0),
      calls: stages.map(({ key }) => calls.get(key) ?? NO_CALLS),
    };
  }

  /** Counting is cheap, and the calls of a stage only become more: what has the same count is known. */
  private async callsOf(own: Sql): Promise<ReadonlyMap<string, CallFacts>> {
    const counts = await this.database.select<CountRow>(
      sql`SELECT stage_key AS stage, COUNT(*) AS calls FROM stage_calls WHERE stage_key IN (${own}) GROUP BY stage_key`,
    );
    const isKnown = ({ stage, calls }: CountRow): boolean => this.callFacts.get(stage)?.calls === Number(calls);
    if (!counts.every(isKnown)) await this.readCalls(own);
    return this.callFacts;
  }

  private async readCalls(own: Sql): Promise<void> {
    const found = await this.database.select<CallRow>(
      sql`SELECT used.stage_key AS stage, COUNT(*) AS calls, SUM(CASE WHEN used.reused THEN 0 ELSE 1 END) AS paid,
        SUM(CASE WHEN call.model = ${SIMULATED} THEN 1 ELSE 0 END) AS simulated, SUM(call.usd) AS usd
        FROM stage_calls AS used JOIN calls AS call ON call.hash = used.call_hash
        WHERE used.stage_key IN (${own}) GROUP BY used.stage_key`,
    );
    for (const { stage, calls, paid, simulated, usd } of found) {
      const facts = { calls: Number(calls), paidCalls: Number(paid), simulatedCalls: Number(simulated), usd };
      this.callFacts.set(stage, facts);
    }
  }
}

function ownStages(revision: string): Sql {
  return sql`SELECT link.stage_key FROM trials AS trial JOIN trial_stages AS link ON link.trial_id = trial.id
    WHERE trial.revision_id = ${revision}`;
}
