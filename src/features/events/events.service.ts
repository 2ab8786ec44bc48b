import { In, MoreThan } from 'typeorm';
import type { Clock } from '#kernel/clock.ts';
import type { ContentHash } from '#kernel/content-hash.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import { inBatches } from '#platform/database/in-batches.ts';
import {
  chained,
  firstBrokenLink,
  type EventDraft,
  type EventKind,
  type RecordedEvent,
  type SubjectKind,
} from './domain/event.ts';
import { eventEntity, type EventRow } from './persistence/event.entity.ts';

const VERIFY_PAGE = 5_000;

/** The append-only account of what happened. */
export class EventsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes events within the transaction that made the facts. Number and hash are assigned while other writers wait: a
   * sequence alone would let a reader skip a number that commits late.
   */
  async append(rows: Rows, drafts: readonly EventDraft[]): Promise<void> {
    if (drafts.length === 0) return;
    await this.database.holdOtherWriters(rows);
    const [latest] = await rows.find(eventEntity, { order: { number: 'DESC' }, take: 1 });
    let previous = latest === undefined ? null : toEvent(latest);
    for (const draft of drafts) {
      previous = chained(draft, this.clock.now(), previous);
      await rows.insert(eventEntity, toEventRow(previous));
    }
  }

  /** Writes an event unless the same was told of the same subject before. */
  async appendOnce(rows: Rows, draft: EventDraft): Promise<void> {
    await this.database.holdOtherWriters(rows);
    const { kind, subject, payload } = draft;
    const same = { kind, subjectKind: subject.kind, subjectId: subject.id, payload: JSON.stringify(payload) };
    if (!(await rows.existsBy(eventEntity, same))) await this.append(rows, [draft]);
  }

  /** The events after a number, oldest first. */
  async after(number: number, limit: number): Promise<readonly RecordedEvent[]> {
    const found = await this.database.read((rows) =>
      rows.find(eventEntity, { where: { number: MoreThan(number) }, order: { number: 'ASC' }, take: limit }),
    );
    return found.map(toEvent);
  }

  /** Number of the latest event; 0 before the first. */
  async latestNumber(): Promise<number> {
    const [latest] = await this.database.read((rows) =>
      rows.find(eventEntity, { select: { number: true }, order: { number: 'DESC' }, take: 1 }),
    );
    return latest?.number ?? 0;
  }

  /** Those of some numbers. */
  async numbered(numbers: readonly number[]): Promise<readonly RecordedEvent[]> {
    const found = await this.database.read((rows) =>
      inBatches(numbers, (batch) => rows.find(eventEntity, { where: { number: In(batch) } })),
    );
    return found.map(toEvent);
  }

  /** What of one kind happened to subjects of one kind, oldest first. */
  async about(subjectKind: SubjectKind, ids: readonly string[], kind: EventKind): Promise<readonly RecordedEvent[]> {
    const found = await this.database.read((rows) =>
      inBatches(ids, (batch) => rows.find(eventEntity, { where: { subjectKind, subjectId: In(batch), kind } })),
    );
    return found.map(toEvent).sort((left, right) => left.number - right.number);
  }

  /** Walks the whole chain. `brokenAt` is the number of the first event that was changed, removed or added by hand. */
  async verify(): Promise<{ readonly events: number; readonly brokenAt: number | null }> {
    let last: RecordedEvent | null = null;
    for (;;) {
      const page = await this.after(last?.number ?? 0, VERIFY_PAGE);
      const broken = firstBrokenLink(page, last);
      if (broken !== null) return { events: broken.number, brokenAt: broken.number };
      last = page.at(-1) ?? last;
      if (page.length < VERIFY_PAGE) return { events: last?.number ?? 0, brokenAt: null };
    }
  }
}

function toEvent(row: EventRow): RecordedEvent {
  return {
    number: row.number,
    at: row.at,
    kind: row.kind as EventKind,
    subject: { kind: row.subjectKind as SubjectKind, id: row.subjectId },
    payload: payloadOf(row.payload),
    previousHash: row.previousHash as ContentHash,
    hash: row.hash as ContentHash,
  };
}

/** What was changed by hand may be no JSON any more: it is kept as text, and the chain says where it breaks. */
function payloadOf(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return { unreadable: text };
  }
}

function toEventRow(event: RecordedEvent): EventRow {
  return {
    number: event.number,
    at: event.at,
    kind: event.kind,
    subjectKind: event.subject.kind,
    subjectId: event.subject.id,
    payload: JSON.stringify(event.payload),
    previousHash: event.previousHash,
    hash: event.hash,
  };
}
