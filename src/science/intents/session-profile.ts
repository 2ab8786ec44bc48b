import { canonicalJson, type JsonValue } from '#kernel/json.ts';
import { acceptedIntents, type Attempt, type SessionVerdict } from './attempt.ts';

/** A line of `profiles.jsonl`: what became of one session, its whole way. */
export interface SessionProfile {
  /** Number of the session in its data set. */
  readonly session: number;
  /** Position in the training view. */
  readonly position: number;
  /** Place in the order, from 0. */
  readonly place: number;
  readonly outcome: 'accepted' | 'failed';
  readonly acceptedAt: number | null;
  /** Ids of the pool after the batch, ascending; none of free text. */
  readonly intents: readonly number[];
  /** Names of free text. */
  readonly freeText?: readonly string[];
  readonly attempts: readonly Attempt[];
  readonly calls: number;
  readonly tokens: number;
  readonly overlapsTarget: boolean;
}

/** @param intents ids of the pool after the batch; `null`: the intents are free text. */
export function profileOf(verdict: SessionVerdict, intents: readonly number[] | null): SessionProfile {
  const { session, attempts, acceptedAt, spent, overlapsTarget } = verdict;
  return {
    session: session.number,
    position: session.position,
    place: session.place,
    outcome: acceptedAt === null ? 'failed' : 'accepted',
    acceptedAt,
    intents: intents ?? [],
    ...(intents === null ? { freeText: acceptedIntents(verdict).map(({ name }) => name) } : {}),
    attempts,
    calls: spent.calls,
    tokens: spent.promptTokens + spent.completionTokens,
    overlapsTarget,
  };
}

export function encodeProfiles(profiles: readonly SessionProfile[]): Uint8Array {
  const lines = profiles.map((profile) => `${canonicalJson(profile as unknown as JsonValue)}\n`);
  return new TextEncoder().encode(lines.join(''));
}

/** The bytes come from the stage that wrote them, verified by their hash. */
export function decodeProfiles(bytes: Uint8Array): readonly SessionProfile[] {
  const lines = new TextDecoder().decode(bytes).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as SessionProfile);
}
