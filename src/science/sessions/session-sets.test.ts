import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '#kernel/domain-error.ts';
import type { Interactions } from './interactions.ts';
import type { SessionsParameters } from './protocol.ts';
import { buildSessionSets, type SessionSets } from './session-sets.ts';
import { itemsOf, type SessionView } from './session-view.ts';

const HISTORY = { sessions: 'history', split: 'leave-one-out', minItemCount: 1, minLength: 2 } as const;
const DAILY = { sessions: 'same-day', split: 'temporal', minItemCount: 1, minLength: 2 } as const;
const GIVEN = { sessions: 'given', split: 'given', minItemCount: 1, minLength: 2 } as const;
const DAY = 86_400;

/** Interactions from rows of numbers; a column is there if the first row has it. */
function interactionsOf(rows: readonly Partial<Record<keyof Interactions, number>>[]): Interactions {
  const column = (name: keyof Interactions): number[] | null =>
    rows[0]?.[name] === undefined ? null : rows.map((row) => row[name]!);
  const integers = (values: number[] | null): Int32Array | null => values && Int32Array.from(values);
  const reals = (values: number[] | null): Float64Array | null => values && Float64Array.from(values);
  const split = column('split');
  return {
    item: Int32Array.from(column('item') ?? []),
    user: integers(column('user')),
    time: reals(column('time')),
    order: reals(column('order')),
    session: integers(column('session')),
    split: split && Uint8Array.from(split),
  };
}

/** Histories, oldest first, as interactions of users 0, 1, ... */
function historiesOf(...histories: readonly (readonly number[])[]): Interactions {
  return interactionsOf(histories.flatMap((items, user) => items.map((item) => ({ user, item }))));
}

/** Sessions with marks as interactions. */
function markedOf(...sessions: readonly (readonly [mark: number, ...items: number[]])[]): Interactions {
  return interactionsOf(
    sessions.flatMap(([split, ...items], session) => items.map((item) => ({ session, item, split }))),
  );
}

/** The sessions of a view by number, with the items as the data set counts them. */
function sessionsOf(view: SessionView, { catalogue }: SessionSets): Record<number, number[]> {
  const entries = [...view.session].map((number, position) => [
    number,
    [...itemsOf(view, position)].map((item) => catalogue[item - 1]!),
  ]);
  return Object.fromEntries(entries) as Record<number, number[]>;
}

function refusal(act: () => unknown): DomainError {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error as DomainError;
  }
  throw new Error('It was not refused.');
}

describe('history with leave-one-out', () => {
  it('gives training all but two items, validation all but one and test all of them', () => {
    const sets = buildSessionSets(historiesOf([4, 0, 2, 7], [2, 0, 4]), HISTORY);
    expect(sessionsOf(sets.train, sets)).toEqual({ 0: [4, 0], 1: [2] });
    expect(sessionsOf(sets.valid, sets)).toEqual({ 0: [4, 0, 2], 1: [2, 0] });
    expect(sessionsOf(sets.test, sets)).toEqual({ 0: [4, 0, 2, 7], 1: [2, 0, 4] });
  });

  it('numbers the items from 1 in the order of the data set, without gaps', () => {
    const sets = buildSessionSets(historiesOf([4, 0, 2, 7]), HISTORY);
    expect([...sets.catalogue]).toEqual([0, 2, 4, 7]);
    expect([...sets.test.items]).toEqual([3, 1, 2, 4]);
    expect(sets.test.itemCount).toBe(4);
  });

  it('keeps targets that training never shows, and counts them', () => {
    // Training shows item 1 alone; of the targets, 2 (validation) and 1 and 3 (test), it has not seen 2 and 3.
    const sets = buildSessionSets(historiesOf([1, 2, 1], [1, 2, 3]), HISTORY);
    expect(sets.statistics.targetsUnseenInTraining).toEqual({ valid: 2, test: 1 });
  });

  it('ends each view with the time of its own last interaction', () => {
    const rows = [10, 20, 30, 40].map((time, item) => ({ user: 0, item, time }));
    const { train, valid, test } = buildSessionSets(interactionsOf(rows), HISTORY);
    expect([train.end, valid.end, test.end].map((end) => [...end!])).toEqual([[20], [30], [40]]);
  });

  it('filters until nothing changes and accounts for every interaction', () => {
    // At least 2 of each item. Round 1: item 3 (once) leaves, and with it user 1 has 1, 2: too short. Round 2: item 2 is left
    // once, at user 0, and leaves; 1, 1 is an immediate repeat then. Round 3 finds 1, 4, 1, 4 and 4, 1, 4 and changes nothing.
    const sets = buildSessionSets(historiesOf([1, 2, 1, 4, 1, 4], [1, 2, 3], [4, 1, 4]), {
      ...HISTORY,
      minItemCount: 2,
    });
    expect(sessionsOf(sets.test, sets)).toEqual({ 0: [1, 4, 1, 4], 2: [4, 1, 4] });
    expect(sets.statistics.roundsToFixedPoint).toBe(2);
    expect(sets.statistics.dropped).toEqual({
      interactions: {
        rareItem: 2,
        immediateRepeat: 1,
        inShortSession: 2,
        inSessionWithUnseenTarget: 0,
        unseenInput: 0,
      },
      sessions: { tooShort: 1, unseenTarget: 0 },
    });
  });

  it('asks for an input and two targets whatever smaller length is allowed', () => {
    const sets = buildSessionSets(historiesOf([0, 1], [0, 1, 2]), HISTORY);
    expect([...sets.test.session]).toEqual([1]);
  });

  it('finds a fixed point: filtering its result changes nothing', () => {
    const histories = fc.array(fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 4 }), (data, minItemCount) => {
        const sets = builtOrNull(historiesOf(...data), { ...HISTORY, minItemCount });
        if (sets === null) return;
        const kept = Object.values(sessionsOf(sets.test, sets));
        const again = buildSessionSets(historiesOf(...kept), { ...HISTORY, minItemCount });
        expect(Object.values(sessionsOf(again.test, again))).toEqual(kept);
        expect(again.statistics.roundsToFixedPoint).toBe(0);
        for (const items of kept) {
          expect(items.length).toBeGreaterThanOrEqual(3);
          expect(items.every((item, at) => item !== items[at - 1])).toBe(true);
        }
        for (const item of sets.catalogue)
          expect(kept.flat().filter((other) => other === item).length).toBeGreaterThanOrEqual(minItemCount);
      }),
    );
  });
});

/** `null` where the data leave no session, which a random draw often does. */
function builtOrNull(interactions: Interactions, parameters: SessionsParameters): SessionSets | null {
  try {
    return buildSessionSets(interactions, parameters);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'NO_SESSIONS_LEFT') return null;
    throw error;
  }
}

describe('the order of interactions', () => {
  const rows = [
    { user: 0, item: 1, time: 30, order: 1 },
    { user: 0, item: 2, time: 10, order: 3 },
    { user: 0, item: 3, time: 20, order: 2 },
  ];
  const testItems = (interactions: Interactions): number[] => {
    const sets = buildSessionSets(interactions, HISTORY);
    return sessionsOf(sets.test, sets)[0]!;
  };

  it('is that of the order column, else of time, else of the input', () => {
    const data = interactionsOf(rows);
    expect(testItems(data)).toEqual([1, 3, 2]);
    expect(testItems({ ...data, order: null })).toEqual([2, 3, 1]);
    expect(testItems({ ...data, order: null, time: null })).toEqual([1, 2, 3]);
  });

  it('leaves ties to the input, and reports the sessions that had any between different items', () => {
    const tied = [5, 4, 3].map((item) => ({ user: 0, item, time: 7 }));
    const same = [5, 5, 4, 3].map((item, at) => ({ user: 1, item, time: at < 2 ? 0 : at }));
    const sets = buildSessionSets(interactionsOf([...tied, ...same]), HISTORY);
    expect(sessionsOf(sets.test, sets)).toEqual({ 0: [5, 4, 3], 1: [5, 4, 3] });
    expect(sets.statistics.orderTies).toEqual({ sessions: 1, share: 0.5 });
  });

  it('does not depend on how users are mixed in the input', () => {
    const histories = [
      [1, 2, 3, 1],
      [3, 1, 2],
      [2, 3, 1, 2, 3],
    ];
    const mixed = histories.flatMap((items, user) => items.map((item, at) => ({ user, item, time: at * 10 + user })));
    const sorted = buildSessionSets(interactionsOf(mixed), HISTORY);
    const shuffled = buildSessionSets(interactionsOf(mixed.toSorted((a, b) => b.time - a.time)), HISTORY);
    expect(shuffled).toEqual(sorted);
  });
});

describe('sessions of a day or between pauses, split in time', () => {
  /** Ten users; user u clicks items 0 and 1 on day u. */
  const tenDays = Array.from({ length: 10 }, (_, user) =>
    [0, 1].map((item) => ({ user, item, time: user * DAY + item })),
  ).flat();

  it('takes the first eight tenths by end time for training, the next for validation, the rest for test', () => {
    const backwards = tenDays.map((row) => ({ ...row, user: 9 - row.user }));
    const { train, valid, test } = buildSessionSets(interactionsOf(backwards), DAILY);
    // Session numbers follow the users; the user of the last day is the first.
    expect([...train.session]).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...valid.session]).toEqual([1]);
    expect([...test.session]).toEqual([0]);
  });

  it('splits sessions that end together by their numbers', () => {
    const together = tenDays.map((row) => ({ ...row, time: row.item }));
    const { train, valid, test } = buildSessionSets(interactionsOf(together), DAILY);
    expect([...train.session]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([[...valid.session], [...test.session]]).toEqual([[8], [9]]);
  });

  it('cuts at midnight UTC, and after a pause longer than the gap', () => {
    const clicks = [DAY - 20, DAY - 10, DAY + 10, DAY + 100].map((time, item) => ({ user: 0, item, time }));
    // The eight users before and the one after have a session each, so that user 0's are all in training.
    const others = Array.from({ length: 20 }, (_, user) =>
      [0, 1].map((item) => ({ user: user + 1, item, time: 50 * DAY + user * DAY + item })),
    ).flat();
    const sessionsWith = (sessions: SessionsParameters['sessions']): number[][] => {
      const sets = buildSessionSets(interactionsOf([...clicks, ...others]), { ...DAILY, sessions });
      return Object.values(sessionsOf(sets.train, sets)).slice(0, 2);
    };
    expect(sessionsWith('same-day')).toEqual([
      [0, 1],
      [2, 3],
    ]);
    // The pauses are 10, 20 and 90 s: a pause of exactly the gap does not cut.
    expect(sessionsWith({ gapSeconds: 20 })).toEqual([
      [0, 1, 2],
      [0, 1],
    ]);
  });

  it('filters by training alone: no later click keeps an item or drops one', () => {
    const data = fc.array(fc.record({ user: fc.nat(30), item: fc.nat(6), time: fc.nat(3 * DAY) }), {
      minLength: 40,
      maxLength: 120,
    });
    fc.assert(
      fc.property(data, (rows) => {
        const sets = builtOrNull(interactionsOf(rows), { ...DAILY, minItemCount: 4 });
        if (sets === null) return;
        const counts = sets.catalogue.map((_, at) => sets.train.items.filter((item) => item === at + 1).length);
        expect(Math.min(...counts)).toBeGreaterThanOrEqual(4);
        const { read, kept, dropped, targetsUnseenInTraining } = sets.statistics;
        const { interactions, sessions } = dropped;
        expect(kept.interactions + Object.values(interactions).reduce((a, b) => a + b)).toBe(read.interactions);
        expect(kept.sessions + sessions.tooShort + sessions.unseenTarget).toBe(read.sessions);
        expect(targetsUnseenInTraining).toEqual({ valid: 0, test: 0 });
      }),
    );
  });
});

describe('given sessions, split as given', () => {
  it('drops a later session with an unknown target whole, and never moves the target to an earlier item', () => {
    const sets = buildSessionSets(markedOf([0, 1, 2], [1, 1, 2], [2, 1, 2, 9], [2, 2, 1]), GIVEN);
    expect(sessionsOf(sets.test, sets)).toEqual({ 3: [2, 1] });
    expect(sets.statistics.dropped.sessions.unseenTarget).toBe(1);
    expect(sets.statistics.dropped.interactions.inSessionWithUnseenTarget).toBe(3);
  });

  it('drops unknown inputs alone, and what then is too short', () => {
    const sets = buildSessionSets(markedOf([0, 1, 2], [1, 1, 2], [2, 1, 9, 2], [2, 9, 1]), GIVEN);
    expect(sessionsOf(sets.test, sets)).toEqual({ 2: [1, 2] });
    expect(sets.statistics.dropped.interactions.unseenInput).toBe(2);
    expect(sets.statistics.dropped.sessions.tooShort).toBe(1);
  });

  it('keeps the numbers that the data give to sessions', () => {
    const rows = [7, 3, 5].flatMap((session, at) => [0, 1].map((item) => ({ session, item, split: at })));
    const { train, valid, test } = buildSessionSets(interactionsOf(rows), GIVEN);
    expect([train, valid, test].map((view) => [...view.session])).toEqual([[7], [3], [5]]);
    expect(train.end).toBeNull();
  });

  it('lets nothing of validation and test into training: their items may be any', () => {
    const sessions = fc.array(fc.tuple(fc.nat(2), fc.array(fc.nat(5), { minLength: 2, maxLength: 6 })), {
      minLength: 9,
    });
    fc.assert(
      fc.property(sessions, fc.array(fc.nat(5), { minLength: 99 }), (data, others) => {
        const original = builtOrNull(markedOf(...data.map(([mark, items]) => [mark, ...items] as const)), GIVEN);
        const replaced = data.map(([mark, items]) =>
          mark === 0 ? ([mark, ...items] as const) : ([mark, ...items.map((_, at) => others[at]!)] as const),
        );
        const changed = builtOrNull(markedOf(...replaced), GIVEN);
        if (original === null || changed === null) return;
        expect(changed.train).toEqual(original.train);
        expect(changed.catalogue).toEqual(original.catalogue);
      }),
    );
  });

  it('refuses a session whose interactions are marked for different parts', () => {
    const rows = [
      { session: 0, item: 0, split: 0 },
      { session: 0, item: 1, split: 2 },
    ];
    expect(refusal(() => buildSessionSets(interactionsOf(rows), GIVEN)).code).toBe('MIXED_SPLIT_MARKS');
  });
});

describe('what cannot be built', () => {
  it('is a rule and a split that do not go together', () => {
    const error = refusal(() => buildSessionSets(historiesOf([0, 1, 2]), { ...HISTORY, split: 'temporal' }));
    expect(error.code).toBe('ILLEGAL_PROTOCOL');
    expect(error.message).toContain('Sessions "history" cannot be split "temporal".');
  });

  it('is a protocol whose columns are missing; what would be possible is named', () => {
    const error = refusal(() => buildSessionSets(historiesOf([0, 1, 2]), DAILY));
    expect(error.code).toBe('PROTOCOL_NEEDS_COLUMNS');
    expect(error.message).toBe(
      'sessions "same-day" with split "temporal" needs what the data lack: time. ' +
        'Import the data with that column, or choose sessions "history" with split "leave-one-out".',
    );
  });

  it('is a protocol that leaves nothing; the counts say why', () => {
    const error = refusal(() => buildSessionSets(historiesOf([0, 1, 2], [0, 1]), { ...HISTORY, minItemCount: 5 }));
    expect(error.code).toBe('NO_SESSIONS_LEFT');
    expect(error.message).toContain(
      'No training session is left of 2 sessions with 5 interactions: 2 sessions were too short',
    );
    expect(error.message).toContain('Lower protocol.minItemCount (now 5)');
  });

  it('is a part without a session', () => {
    const error = refusal(() => buildSessionSets(markedOf([0, 1, 2], [1, 2, 1]), GIVEN));
    expect(error.message).toContain('No test session is left');
  });

  it('is data without a row', () => {
    const none = { ...interactionsOf([]), user: new Int32Array(0) };
    expect(refusal(() => buildSessionSets(none, HISTORY)).code).toBe('NO_SESSIONS_LEFT');
  });
});

describe('the statistics of a view', () => {
  it('are those of its session lengths', () => {
    // Test lengths 3, 4, 6, 7: median (4 + 6) / 2.
    const sets = buildSessionSets(
      historiesOf([0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5, 6]),
      HISTORY,
    );
    expect(sets.statistics.test).toEqual({
      sessions: 4,
      interactions: 20,
      targets: { last: 4, allPrefixes: 16 },
      length: { mean: 5, median: 5, max: 7 },
    });
    // Training lengths 1, 2, 4, 5: the first has nothing to predict.
    expect(sets.statistics.train.targets).toEqual({ last: 3, allPrefixes: 8 });
  });
});
