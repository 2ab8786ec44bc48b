import type { Page } from '#kernel/page.ts';
import type { Database } from '#platform/database/database.ts';
import { raw, sql } from '#platform/database/sql.ts';
import type { RecordedEvent } from './domain/event.ts';
import type { EventScopes } from './event-scopes.ts';
import type { EventsService } from './events.service.ts';

export interface EventListRequest {
  readonly after?: number | undefined;
  readonly experiment?: string | undefined;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
}

/** Pages of what happened, of all or of one experiment. */
export class EventListsService {
  constructor(
    private readonly database: Database,
    private readonly events: EventsService,
    private readonly scopes: EventScopes,
  ) {}

  async page({ after, experiment, order, limit }: EventListRequest): Promise<Page<RecordedEvent>> {
    const sign = raw(order === 'asc' ? '>' : '<');
    const from = after ?? (order === 'asc' ? 0 : Number.MAX_SAFE_INTEGER);
    const found = await this.database.select<{ readonly number: number | string }>(
      sql`SELECT event.number AS number FROM events AS event WHERE event.number ${sign} ${from} AND ${this.scopes.where(experiment)}
        ORDER BY event.number ${raw(order)} LIMIT ${limit + 1}`,
    );
    const numbers = found.slice(0, limit).map(({ number }) => Number(number));
    const next = found.length > limit ? String(numbers.at(-1)) : null;
    const known = new Map((await this.events.numbered(numbers)).map((event) => [event.number, event]));
    return { items: numbers.flatMap((number) => known.get(number) ?? []), next };
  }
}
