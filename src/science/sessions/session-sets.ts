import { DomainError } from '#kernel/domain-error.ts';
import { itemCounts } from './filter.ts';
import type { Interactions } from './interactions.ts';
import { laidInOrder, orderedSessions, type Sessions, sessionsWithOrderTies } from './ordered-sessions.ts';
import { assertProtocolFits, type SessionsParameters } from './protocol.ts';
import type { SessionView } from './session-view.ts';
import { leaveOneOut, type Split, splitApart } from './split.ts';
import { type Amount, type SessionStatistics, sessionStatistics, type Views } from './statistics.ts';

export interface SessionSets extends Views {
  /** (|V|): at position i the data set's index of item i + 1. */
  readonly catalogue: Int32Array;
  readonly statistics: SessionStatistics;
}

export class NoSessionsLeftError extends DomainError<'NO_SESSIONS_LEFT'> {
  constructor(part: string, { read, dropped }: SessionStatistics, { minItemCount, minLength }: SessionsParameters) {
    const { interactions, sessions } = dropped;
    super(
      'NO_SESSIONS_LEFT',
      `No ${part} session is left of ${read.sessions} sessions with ${read.interactions} interactions: ` +
        `${sessions.tooShort} sessions were too short, ${sessions.unseenTarget} had a target that training lacks, ` +
        `${interactions.rareItem} interactions had rare items. ` +
        `Lower protocol.minItemCount (now ${minItemCount}) or protocol.minLength (now ${minLength}), or bring more data.`,
    );
  }
}

/**
 * Makes the sessions of training, validation and test from interactions.
 * @throws IllegalProtocolError, ProtocolNeedsColumnsError, MixedSplitMarksError, NoSessionsLeftError.
 */
export function buildSessionSets(interactions: Interactions, parameters: SessionsParameters): SessionSets {
  assertProtocolFits(parameters, {
    user: interactions.user !== null,
    time: interactions.time !== null,
    session: interactions.session !== null,
    split: interactions.split !== null,
  });
  const read = orderedSessions(interactions, parameters.sessions);
  const orderTies = sessionsWithOrderTies(read, interactions);
  const { sessions, interactions: ordered } = laidInOrder(read, interactions);
  const itemCount = ordered.item.reduce((most, item) => Math.max(most, item), -1) + 1;
  const split =
    parameters.split === 'leave-one-out'
      ? leaveOneOut(sessions, ordered, itemCount, parameters)
      : splitApart(sessions, ordered, itemCount, parameters);
  const catalogue = catalogueOf(split.known);
  const views = viewsOf(split, ordered, catalogue, itemCount);
  const statistics = sessionStatistics(amountOf(sessions, ordered, itemCount), keptAmount(views, parameters), views, {
    split,
    orderTies,
  });
  for (const part of ['train', 'valid', 'test'] as const)
    if (views[part].session.length === 0) throw new NoSessionsLeftError(PART_NAMES[part], statistics, parameters);
  return { ...views, catalogue, statistics };
}

const PART_NAMES = { train: 'training', valid: 'validation', test: 'test' } as const;

function catalogueOf(known: Uint8Array): Int32Array {
  const catalogue = new Int32Array(known.reduce((count, isKnown) => count + isKnown, 0));
  let next = 0;
  for (let item = 0; item < known.length; item++) if (known[item] === 1) catalogue[next++] = item;
  return catalogue;
}

function viewsOf(split: Split, interactions: Interactions, catalogue: Int32Array, itemCount: number): Views {
  const idOf = new Int32Array(itemCount);
  for (let position = 0; position < catalogue.length; position++) idOf[catalogue[position]!] = position + 1;
  const viewOf = ({ offsets, rows, session }: Sessions): SessionView => ({
    itemCount: catalogue.length,
    offsets,
    items: rows.map((row) => idOf[interactions.item[row]!]!),
    session,
    end: interactions.time === null ? null : endsOf({ offsets, rows, session }, interactions.time),
  });
  return { train: viewOf(split.train), valid: viewOf(split.valid), test: viewOf(split.test) };
}

function endsOf({ offsets, rows, session }: Sessions, time: Float64Array): Float64Array {
  return Float64Array.from(session, (_, position) => time[rows[offsets[position + 1]! - 1]!]!);
}

function amountOf(sessions: Sessions, { item }: Interactions, itemCount: number): Amount {
  const items = itemCounts(sessions, item, itemCount).reduce((distinct, count) => distinct + (count > 0 ? 1 : 0), 0);
  return { interactions: sessions.rows.length, sessions: sessions.session.length, items };
}

/** Under leave-one-out the test view holds the others. */
function keptAmount({ train, valid, test }: Views, { split }: SessionsParameters): Amount {
  const parts = split === 'leave-one-out' ? [test] : [train, valid, test];
  return {
    interactions: parts.reduce((sum, part) => sum + part.items.length, 0),
    sessions: parts.reduce((sum, part) => sum + part.session.length, 0),
    items: train.itemCount,
  };
}
