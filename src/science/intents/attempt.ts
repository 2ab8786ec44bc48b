import type { CallOutcome } from '#science/llm/call-book.port.ts';
import type { Spent } from '#science/llm/inquiry.ts';
import type { IdentifiedIntent } from './answers/identified-intents.ts';
import type { HardSession } from './hard-session.ts';

/** One pass of the predict-and-correct loop. */
export interface Attempt {
  /** From 1. */
  readonly attempt: number;
  /** None if the answer could not be used. */
  readonly intents: readonly IdentifiedIntent[];
  /** Items in the order of their letters; none if nothing was predicted. */
  readonly candidates: readonly number[];
  /** Letter of the held-out item. */
  readonly target: string | null;
  /** Letters, best first. */
  readonly ranking: readonly string[];
  /** Place of the held-out item in the ranking, from 1; `null` where it is not ranked. */
  readonly rank: number | null;
  /** `right` was accepted, and without validation `used`. */
  readonly outcome: CallOutcome;
  /** What the model was told of it before the next attempt. */
  readonly feedback: string | null;
}

/** What became of a session. It depends on the pool as it was shown, the session and the settings alone. */
export interface SessionVerdict {
  readonly session: HardSession;
  readonly attempts: readonly Attempt[];
  /** The attempt that was accepted; `null`: the session stays unlabelled. */
  readonly acceptedAt: number | null;
  readonly spent: Spent;
  /** Whether an intent that is not of the pool has a word of the held-out item's title. */
  readonly overlapsTarget: boolean;
}

/** The intents of an accepted session, of others none. */
export function acceptedIntents({ attempts, acceptedAt }: SessionVerdict): readonly IdentifiedIntent[] {
  return acceptedAt === null ? [] : attempts[acceptedAt - 1]!.intents;
}
