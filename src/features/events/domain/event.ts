import { contentHash, type ContentHash } from '#kernel/content-hash.ts';
import { canonicalJson, type JsonObject } from '#kernel/json.ts';

export type EventKind =
  | 'imported'
  | 'submitted'
  | 'continued'
  | 'started'
  | 'epoch'
  | 'warned'
  | 'succeeded'
  | 'failed'
  | 'orphaned'
  | 'interrupted'
  | 'finished'
  | 'deleted'
  | 'repaired'
  | 'retried'
  | 'cancelled'
  | 'paused'
  | 'resumed';

export type SubjectKind = 'dataset' | 'experiment' | 'submission' | 'stage';

/** A fact that happened, before it has its number. */
export interface EventDraft {
  readonly kind: EventKind;
  readonly subject: { readonly kind: SubjectKind; readonly id: string };
  readonly payload: JsonObject;
}

/** A link of the chain: its hash covers the whole event and the hash of the one before. */
export interface RecordedEvent extends EventDraft {
  /** 1, 2, 3, … without a gap. */
  readonly number: number;
  readonly at: Date;
  readonly previousHash: ContentHash;
  readonly hash: ContentHash;
}

/** What stands before the first event. */
const CHAIN_START = contentHash('sprintlab events');

export function chained(
  draft: EventDraft,
  at: Date,
  previous: Pick<RecordedEvent, 'number' | 'hash'> | null,
): RecordedEvent {
  const number = (previous?.number ?? 0) + 1;
  const previousHash = previous?.hash ?? CHAIN_START;
  return { ...draft, number, at, previousHash, hash: hashOf(draft, { number, at, previousHash }) };
}

/** The first event that does not follow from the one before it, or whose content was changed; `null` for a whole chain. */
export function firstBrokenLink(
  events: readonly RecordedEvent[],
  before: Pick<RecordedEvent, 'number' | 'hash'> | null = null,
): RecordedEvent | null {
  let previous = before;
  for (const event of events) {
    const expected = chained(event, event.at, previous);
    if (expected.number !== event.number || expected.hash !== event.hash) return event;
    previous = event;
  }
  return null;
}

function hashOf(draft: EventDraft, place: Pick<RecordedEvent, 'number' | 'at' | 'previousHash'>): ContentHash {
  const { kind, subject, payload } = draft;
  const { number, at, previousHash } = place;
  return contentHash(canonicalJson({ number, at: at.getTime(), kind, subject: { ...subject }, payload, previousHash }));
}
