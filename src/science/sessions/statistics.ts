import { eligibleSessions } from './eligible-sessions.ts';
import type { SessionView } from './session-view.ts';
import type { Split } from './split.ts';

export type Amount = Readonly<{ interactions: number; sessions: number; items: number }>;

export type ViewStatistics = Readonly<{
  sessions: number;
  interactions: number;
  /** Places with an item to predict from the items before it: the last one of each session, or all. */
  targets: Readonly<{ last: number; allPrefixes: number }>;
  length: Readonly<{ mean: number; median: number; max: number }>;
}>;

/** What became of the data: read = kept + dropped, for interactions and for sessions. */
export type SessionStatistics = Readonly<{
  read: Amount;
  kept: Amount;
  dropped: Readonly<{
    interactions: Readonly<{
      rareItem: number;
      immediateRepeat: number;
      inShortSession: number;
      inSessionWithUnseenTarget: number;
      unseenInput: number;
    }>;
    sessions: Readonly<{ tooShort: number; unseenTarget: number }>;
  }>;
  /** Rounds of filtering that removed something. */
  roundsToFixedPoint: number;
  /** Sessions as read in which only the order of the input decides between two different items. */
  orderTies: Readonly<{ sessions: number; share: number }>;
  /** Targets (the last items) that training never shows. Only leave-one-out keeps them. */
  targetsUnseenInTraining: Readonly<{ valid: number; test: number }>;
  /** Training sessions with two items before the held-out one: those that an LLM can profile (science C.4). */
  eligible: number;
  train: ViewStatistics;
  valid: ViewStatistics;
  test: ViewStatistics;
}>;

export interface Views {
  readonly train: SessionView;
  readonly valid: SessionView;
  readonly test: SessionView;
}

export function sessionStatistics(read: Amount, kept: Amount, views: Views, facts: Facts): SessionStatistics {
  const { filtered, unseen, unseenTargets, rounds } = facts.split;
  return {
    read,
    kept,
    dropped: {
      interactions: {
        rareItem: filtered.items,
        immediateRepeat: filtered.repeats + unseen.repeats,
        inShortSession: filtered.inShortSessions + unseen.inShortSessions,
        inSessionWithUnseenTarget: unseenTargets.interactions,
        unseenInput: unseen.items,
      },
      sessions: {
        tooShort: filtered.shortSessions + unseen.shortSessions,
        unseenTarget: unseenTargets.sessions,
      },
    },
    roundsToFixedPoint: rounds,
    orderTies: { sessions: facts.orderTies, share: read.sessions === 0 ? 0 : facts.orderTies / read.sessions },
    targetsUnseenInTraining: unseenTargetsOf(views),
    eligible: eligibleSessions(views.train).length,
    train: viewStatistics(views.train),
    valid: viewStatistics(views.valid),
    test: viewStatistics(views.test),
  };
}

interface Facts {
  readonly split: Split;
  readonly orderTies: number;
}

function unseenTargetsOf({ train, valid, test }: Views): { valid: number; test: number } {
  const seen = new Uint8Array(train.itemCount + 1);
  for (const item of train.items) seen[item] = 1;
  const unseenIn = ({ items, offsets, session }: SessionView): number =>
    session.reduce((count, _, position) => count + (seen[items[offsets[position + 1]! - 1]!] === 0 ? 1 : 0), 0);
  return { valid: unseenIn(valid), test: unseenIn(test) };
}

function viewStatistics({ items, offsets, session }: SessionView): ViewStatistics {
  const lengths = session.map((_, position) => offsets[position + 1]! - offsets[position]!).sort();
  const sessions = lengths.length;
  return {
    sessions,
    interactions: items.length,
    targets: { last: lengths.filter((length) => length >= 2).length, allPrefixes: items.length - sessions },
    length: {
      mean: sessions === 0 ? 0 : items.length / sessions,
      median: medianOf(lengths),
      max: lengths.at(-1) ?? 0,
    },
  };
}

/** Of two middle values the mean; 0 for none. */
function medianOf(sorted: Int32Array): number {
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
