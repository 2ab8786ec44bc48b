import { DomainError } from '#kernel/domain-error.ts';
import { filterOnce, filterToFixedPoint, itemCounts, type Removed, removedInAll } from './filter.ts';
import { columnOf, type Interactions, SPLIT_MARK } from './interactions.ts';
import type { Sessions } from './ordered-sessions.ts';
import type { SessionsParameters } from './protocol.ts';
import { selectSessions } from './session-writer.ts';
import { markSmallest } from './smallest.ts';

/** The sessions of each part, with what left on the way. */
export interface Split {
  readonly train: Sessions;
  readonly valid: Sessions;
  readonly test: Sessions;
  /** By item index, 1 for the items of the vocabulary. */
  readonly known: Uint8Array;
  /** Filtering by the rules of the protocol. */
  readonly filtered: Removed;
  /** What left validation and test because training does not know it: `items` are inputs. */
  readonly unseen: Removed;
  readonly unseenTargets: { readonly sessions: number; readonly interactions: number };
  readonly rounds: number;
}

export class MixedSplitMarksError extends DomainError<'MIXED_SPLIT_MARKS'> {
  constructor(session: number) {
    super(
      'MIXED_SPLIT_MARKS',
      `Session ${session} (counted from 0) has interactions of different parts in the split column. A session belongs to one part: mend the split column, or choose split "temporal".`,
    );
  }
}

/** Under leave-one-out a history gives an input, a validation target and a test target. */
const LEAVE_ONE_OUT_MIN_LENGTH = 3;
const NOTHING: Removed = { items: 0, repeats: 0, inShortSessions: 0, shortSessions: 0 };

/**
 * Leave-one-out: all histories are filtered to a fixed point, then of (u_1..u_N) training has u_1..u_{N-2}, validation
 * u_1..u_{N-1} and test u_1..u_N, the target last. Every item and every target stays, seen in training or not: the published
 * numbers count them.
 */
export function leaveOneOut(histories: Sessions, { item }: Interactions, itemCount: number, rules: Rules): Split {
  const minLength = Math.max(rules.minLength, LEAVE_ONE_OUT_MIN_LENGTH);
  const { sessions, removed, rounds } = filterToFixedPoint(histories, item, itemCount, { ...rules, minLength });
  return {
    train: selectSessions(sessions, () => true, 2),
    valid: selectSessions(sessions, () => true, 1),
    test: sessions,
    known: isThere(sessions, item, itemCount),
    filtered: removed,
    unseen: NOTHING,
    unseenTargets: { sessions: 0, interactions: 0 },
    rounds,
  };
}

/**
 * Temporal and given: repeats and short sessions leave, the sessions are split once, and then the fixed point is sought in the
 * training part alone: a filter that counted later clicks would look at the future. Its items are the vocabulary. Splitting
 * before filtering, and only removing from then on, is also what makes the fixed point exist: a boundary that moved with each
 * round could bring sessions back. In validation and test a session whose target is unknown leaves whole, since another target
 * would be another question; unknown inputs leave alone.
 */
export function splitApart(read: Sessions, interactions: Interactions, itemCount: number, rules: SplitRules): Split {
  const { item } = interactions;
  const first = filterOnce(read, item, null, rules.minLength);
  const marks =
    rules.split === 'given'
      ? givenMarks(first.sessions, columnOf(interactions, 'split'))
      : temporalMarks(first.sessions, columnOf(interactions, 'time'));
  const part = (mark: number): Sessions => selectSessions(first.sessions, (position) => marks[position] === mark);
  const train = filterToFixedPoint(part(SPLIT_MARK.train), item, itemCount, rules);
  const known = isThere(train.sessions, item, itemCount);
  const valid = keepKnown(part(SPLIT_MARK.valid), item, known, rules.minLength);
  const test = keepKnown(part(SPLIT_MARK.test), item, known, rules.minLength);
  return {
    train: train.sessions,
    valid: valid.sessions,
    test: test.sessions,
    known,
    filtered: removedInAll(first.removed, train.removed),
    unseen: removedInAll(valid.removed, test.removed),
    unseenTargets: {
      sessions: valid.unseenTargets.sessions + test.unseenTargets.sessions,
      interactions: valid.unseenTargets.interactions + test.unseenTargets.interactions,
    },
    rounds: train.rounds,
  };
}

type Rules = Pick<SessionsParameters, 'minItemCount' | 'minLength'>;
type SplitRules = Rules & Pick<SessionsParameters, 'split'>;

function isThere(sessions: Sessions, item: Int32Array, itemCount: number): Uint8Array {
  return Uint8Array.from(itemCounts(sessions, item, itemCount), (count) => (count > 0 ? 1 : 0));
}

/** By the time of the last interaction, ties by session number: the first 8 tenths train, the next tenth validates, the rest tests. */
function temporalMarks({ offsets, rows, session }: Sessions, time: Float64Array): Uint8Array {
  const count = session.length;
  const ends = Float64Array.from({ length: count }, (_, position) => time[rows[offsets[position + 1]! - 1]!]!);
  const isTrain = markSmallest(ends, Math.floor((count * 8) / 10));
  const isBeforeTest = markSmallest(ends, Math.floor((count * 9) / 10));
  return isTrain.map((train, position) => markOf(train === 1, isBeforeTest[position] === 1));
}

function markOf(isTrain: boolean, isBeforeTest: boolean): number {
  if (isTrain) return SPLIT_MARK.train;
  return isBeforeTest ? SPLIT_MARK.valid : SPLIT_MARK.test;
}

function givenMarks({ offsets, rows, session }: Sessions, split: Uint8Array): Uint8Array {
  return Uint8Array.from(session, (number, position) => {
    const marks = rows.subarray(offsets[position], offsets[position + 1]);
    const mark = split[marks[0]!]!;
    if (marks.some((row) => split[row] !== mark)) throw new MixedSplitMarksError(number);
    return mark;
  });
}

interface KnownPart {
  readonly sessions: Sessions;
  readonly removed: Removed;
  readonly unseenTargets: { readonly sessions: number; readonly interactions: number };
}

function keepKnown(part: Sessions, item: Int32Array, known: Uint8Array, minLength: number): KnownPart {
  const { offsets, rows } = part;
  const targeted = selectSessions(part, (position) => known[item[rows[offsets[position + 1]! - 1]!]!] === 1);
  const { sessions, removed } = filterOnce(targeted, item, known, minLength);
  return {
    sessions,
    removed,
    unseenTargets: {
      sessions: part.session.length - targeted.session.length,
      interactions: rows.length - targeted.rows.length,
    },
  };
}
