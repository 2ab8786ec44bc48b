import type { Database } from '#platform/database/database.ts';
import { callEntity } from './persistence/call.entity.ts';

/** What was paid to one model, by all stages. */
export interface ModelTally {
  readonly model: string;
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly usd: number;
}

/** Postgres gives sums as text. */
type FoundTally = Readonly<Record<Exclude<keyof ModelTally, 'model'>, number | string>> & { readonly model: string };

/** Sums LLM calls without reading them: their texts may be gigabytes. */
export class CallTally {
  constructor(private readonly database: Database) {}

  async byModel(): Promise<readonly ModelTally[]> {
    const found = await this.database.read((rows) =>
      rows
        .createQueryBuilder(callEntity, 'call')
        .select('call.model', 'model')
        .addSelect('COUNT(*)', 'calls')
        .addSelect('SUM(call.promptTokens)', 'promptTokens')
        .addSelect('SUM(call.completionTokens)', 'completionTokens')
        .addSelect('SUM(call.usd)', 'usd')
        .groupBy('call.model')
        .getRawMany<FoundTally>(),
    );
    return found.map(({ model, calls, promptTokens, completionTokens, usd }) => ({
      model,
      calls: Number(calls),
      promptTokens: Number(promptTokens),
      completionTokens: Number(completionTokens),
      usd: Number(usd),
    }));
  }
}
