import { DomainError, placeOf } from '#kernel/domain-error.ts';
import { stream, type Rng } from '#science/random/stream.ts';
import { cumulativeOf, drawFrom, zipfWeights } from '#science/random/weighted-draw.ts';
import type { GeneratedDataset, GeneratedItem } from './generated-dataset.ts';

export interface RandomDatasetOptions {
  readonly users: number;
  /** Each on a day of its own. */
  readonly sessionsPerUser: number;
  readonly items: number;
  readonly seed: number;
}

const GROUP_SIZE = 25;
/** Popularity of the item, or group, of rank k is k^-0.8, about what shops see. */
const ZIPF_EXPONENT = 0.8;
const SHARE_WITHIN_GROUP = 0.85;
const SHORTEST_SESSION = 3;
const LONGEST_SESSION = 10;
/** 2024-01-01T00:00:00Z. */
const FIRST_DAY = 1_704_067_200;
const DAY = 86_400;
const LIMITS = { users: [1, 1e6], sessionsPerUser: [1, 1000], items: [2, 1e6], seed: [0, 2 ** 31 - 1] } as const;

export class InvalidRandomDatasetError extends DomainError<'INVALID_RANDOM_DATASET'> {
  constructor(option: keyof RandomDatasetOptions, given: number) {
    const allowed = `a whole number from ${LIMITS[option][0]} to ${LIMITS[option][1]}`;
    const problem = `${given} is no number of ${option}`;
    super('INVALID_RANDOM_DATASET', `${option}: ${problem}; ${allowed}.`, [
      placeOf({ path: option, problem, allowed }),
    ]);
  }
}

/**
 * Random data for trying the machinery: every column a data set can have, and nothing to learn beyond popularity and
 * groups. There is NO INTENT in it: no result on it says anything about a method.
 *
 * Items stand in groups of 25. A session has one group, drawn by popularity; each of its 3 to 10 items comes from that
 * group with probability .85, else from any group. A user's sessions are on different days (UTC) and end on the day they
 * began, so that the sessions as given and those of `same-day` are the same. The split is 80/10/10 by end time.
 * @throws InvalidRandomDatasetError
 */
export function generateRandomDataset(options: RandomDatasetOptions): GeneratedDataset {
  assertWithinLimits(options);
  const sessions = drawSessions(options);
  return {
    interactions: toColumns(sessions),
    items: Array.from({ length: options.items }, (_, item) => describeItem(item)),
    users: Array.from({ length: options.users }, (_, user) => `user-${user + 1}`),
    sessions: sessions.map((_, session) => `session-${session + 1}`),
  };
}

interface RandomSession {
  readonly user: number;
  readonly items: readonly number[];
  readonly times: readonly number[];
}

function assertWithinLimits(options: RandomDatasetOptions): void {
  for (const option of ['users', 'sessionsPerUser', 'items', 'seed'] as const) {
    const [least, most] = LIMITS[option];
    const given = options[option];
    if (!Number.isInteger(given) || given < least || given > most) throw new InvalidRandomDatasetError(option, given);
  }
}

function describeItem(item: number): GeneratedItem {
  const group = Math.floor(item / GROUP_SIZE) + 1;
  const rank = (item % GROUP_SIZE) + 1;
  return { id: `item-${item + 1}`, title: `Item ${rank} of group ${group}`, categories: [`Group ${group}`] };
}

/** In the order of users, and of time within a user. */
function drawSessions({ users, sessionsPerUser, items, seed }: RandomDatasetOptions): RandomSession[] {
  const rng = stream(seed, 'data', 'random/sessions');
  const drawItem = itemSampler(items, rng);
  const sessions: RandomSession[] = [];
  for (let user = 0; user < users; user++) {
    let day = rng.integer(30);
    for (let count = 0; count < sessionsPerUser; count++) {
      const length = SHORTEST_SESSION + rng.integer(LONGEST_SESSION - SHORTEST_SESSION + 1);
      sessions.push({ user, items: drawItem(length), times: drawTimes(day, length, rng) });
      day += 1 + rng.integer(5);
    }
  }
  return sessions;
}

/** Gives the items of a session of some length. */
function itemSampler(items: number, rng: Rng): (length: number) => number[] {
  const groups = Math.ceil(items / GROUP_SIZE);
  const groupCumulative = cumulativeOf(zipfWeights(groups, ZIPF_EXPONENT));
  const full = cumulativeOf(zipfWeights(GROUP_SIZE, ZIPF_EXPONENT));
  const last = cumulativeOf(zipfWeights(items - (groups - 1) * GROUP_SIZE, ZIPF_EXPONENT));
  const drawGroup = () => drawFrom(groupCumulative, rng);
  const drawWithin = (group: number) => group * GROUP_SIZE + drawFrom(group === groups - 1 ? last : full, rng);
  return (length) => {
    const home = drawGroup();
    return Array.from({ length }, () => drawWithin(rng.uniform() < SHARE_WITHIN_GROUP ? home : drawGroup()));
  };
}

/** Between 8 and 20 o'clock, with half a minute to five minutes from one item to the next: within one day. */
function drawTimes(day: number, length: number, rng: Rng): number[] {
  let time = FIRST_DAY + day * DAY + 8 * 3600 + rng.integer(12 * 3600);
  return Array.from({ length }, () => (time += 30 + rng.integer(270)));
}

function toColumns(sessions: readonly RandomSession[]): GeneratedDataset['interactions'] {
  const rows = sessions.reduce((total, { items }) => total + items.length, 0);
  const columns = {
    user: new Int32Array(rows),
    item: new Int32Array(rows),
    time: new Float64Array(rows),
    order: new Float64Array(rows),
    session: new Int32Array(rows),
    split: new Uint8Array(rows),
  };
  const marks = splitByEndTime(sessions);
  let row = 0;
  let start = 0; // the user's first row
  for (const [index, session] of sessions.entries()) {
    if (row > 0 && columns.user[row - 1] !== session.user) start = row;
    for (const [position, item] of session.items.entries()) {
      columns.user[row] = session.user;
      columns.item[row] = item;
      columns.time[row] = session.times[position]!;
      columns.order[row] = row - start;
      columns.session[row] = index;
      columns.split[row] = marks[index]!;
      row++;
    }
  }
  return columns;
}

/** The earliest 80 % are for training, the next 10 % for validation, the rest for the test; ties go by index. */
function splitByEndTime(sessions: readonly RandomSession[]): Uint8Array {
  const ends = sessions.map(({ times }) => times.at(-1)!);
  const byEnd = ends.map((_, index) => index).sort((left, right) => ends[left]! - ends[right]! || left - right);
  const marks = new Uint8Array(sessions.length); // (sessions)
  for (const [rank, index] of byEnd.entries()) {
    const share = rank / sessions.length;
    marks[index] = share < 0.8 ? 0 : share < 0.9 ? 1 : 2;
  }
  return marks;
}
