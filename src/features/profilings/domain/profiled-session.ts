import type { SessionProfile } from '#science/intents/session-profile.ts';
import type { ProfiledSessionAnswer } from '../http/profilings.schema.ts';

/** What is known of the sessions of a trial beside their profiles. */
export interface SessionGround {
  /** Items of a session by its position in the training view. */
  readonly lengthOf: (position: number) => number;
  /** The score by which the order was made, by place; `null` where there was none. */
  readonly scoreOf: (place: number) => number | null;
  /** Of the uncertainty of all eligible sessions, by position; `null` where nobody measured it. */
  readonly decileOf: (position: number) => number | null;
  readonly intentName: (id: number) => string;
}

/** One line of the list of profiled sessions. */
export function profiledSession(profile: SessionProfile, ground: SessionGround): ProfiledSessionAnswer {
  const { session, place, position, outcome, acceptedAt, attempts, calls, tokens, overlapsTarget } = profile;
  return {
    session,
    place,
    length: ground.lengthOf(position),
    outcome,
    acceptedAt,
    attempts: attempts.length,
    calls,
    tokens,
    uncertainty: ground.scoreOf(place),
    decile: ground.decileOf(position),
    intents: [...(profile.freeText ?? profile.intents.map(ground.intentName))],
    overlapsTarget,
  };
}
