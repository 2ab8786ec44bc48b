import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateRandomDataset, InvalidRandomDatasetError } from './random-dataset.ts';

const OPTIONS = { users: 40, sessionsPerUser: 5, items: 60, seed: 7 };
const day = (time: number) => Math.floor(time / 86_400);

describe('generateRandomDataset', () => {
  it('gives the same data for the same seed, and other data for another', () => {
    expect(generateRandomDataset(OPTIONS)).toEqual(generateRandomDataset(OPTIONS));
    expect(generateRandomDataset({ ...OPTIONS, seed: 8 }).interactions.item).not.toEqual(
      generateRandomDataset(OPTIONS).interactions.item,
    );
  });

  it('gives every user the sessions asked for, each on a day of its own, in the order of time', () => {
    const { interactions, users, sessions } = generateRandomDataset(OPTIONS);
    expect([users.length, sessions.length]).toEqual([40, 200]);
    for (let row = 1; row < interactions.item.length; row++) {
      if (interactions.user[row] !== interactions.user[row - 1]) {
        expect(interactions.order[row]).toBe(0);
        continue;
      }
      expect(interactions.time[row]).toBeGreaterThan(interactions.time[row - 1]!);
      expect(interactions.order[row]).toBe(interactions.order[row - 1]! + 1);
      const sameSession = interactions.session[row] === interactions.session[row - 1];
      expect(day(interactions.time[row]!) === day(interactions.time[row - 1]!)).toBe(sameSession);
    }
  });

  it('marks sessions 80/10/10, none of a later part ending before one of an earlier', () => {
    const { interactions, sessions } = generateRandomDataset(OPTIONS);
    const parts: number[][] = [[], [], []];
    for (let session = 0; session < sessions.length; session++) {
      const last = interactions.session.lastIndexOf(session);
      parts[interactions.split[last]!]!.push(interactions.time[last]!);
      expect(interactions.split[interactions.session.indexOf(session)]).toBe(interactions.split[last]);
    }
    expect(parts.map((part) => part.length)).toEqual([160, 20, 20]);
    expect(Math.max(...parts[0]!)).toBeLessThanOrEqual(Math.min(...parts[1]!));
    expect(Math.max(...parts[1]!)).toBeLessThanOrEqual(Math.min(...parts[2]!));
  });

  it('describes each item by its group', () => {
    // Item 42 is index 41: group floor(41 / 25) + 1 = 2, rank 41 - 25 + 1 = 17.
    expect(generateRandomDataset(OPTIONS).items[41]).toEqual({
      id: 'item-42',
      title: 'Item 17 of group 2',
      categories: ['Group 2'],
    });
  });

  it('keeps most of a session in one group, and follows the popularity of ranks', () => {
    const { interactions } = generateRandomDataset({ users: 2000, sessionsPerUser: 5, items: 50, seed: 1 });
    const inFirstGroup = interactions.item.filter((item) => item < 25);
    const counts = [0, 1].map((item) => inFirstGroup.filter((other) => other === item).length);
    // Of 25 ranks the first has 1 / sum(k^-0.8) and the second 2^-0.8 = .5743 of that.
    const sum = Array.from({ length: 25 }, (_, index) => (index + 1) ** -0.8).reduce((a, b) => a + b, 0);
    expect(counts[0]! / inFirstGroup.length).toBeCloseTo(1 / sum, 1);
    expect(counts[1]! / counts[0]!).toBeCloseTo(0.574, 1);
    // Two neighbours share a group with probability at least .85^2 = .72; independent draws would at most have .53.
    const pairs = interactions.item.subarray(1).map((item, row) => {
      const isNeighbour = interactions.session[row] === interactions.session[row + 1];
      return isNeighbour ? (item < 25 === interactions.item[row]! < 25 ? 1 : 0) : -1;
    });
    const share = pairs.filter((same) => same === 1).length / pairs.filter((same) => same >= 0).length;
    expect(share).toBeGreaterThan(0.8);
  });

  it('has indexes within bounds whatever the size', () => {
    const options = fc.record({
      users: fc.integer({ min: 1, max: 6 }),
      sessionsPerUser: fc.integer({ min: 1, max: 4 }),
      items: fc.integer({ min: 2, max: 80 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(options, (size) => {
        const { interactions, items } = generateRandomDataset(size);
        expect(items).toHaveLength(size.items);
        expect(interactions.item.every((item) => item >= 0 && item < size.items)).toBe(true);
        expect(new Set(interactions.session).size).toBe(size.users * size.sessionsPerUser);
      }),
    );
  });

  it.each([{ users: 0 }, { items: 1 }, { sessionsPerUser: 1.5 }, { seed: -1 }, { users: Number.NaN }])(
    'refuses %j',
    (wrong) => {
      expect(() => generateRandomDataset({ ...OPTIONS, ...wrong })).toThrow(InvalidRandomDatasetError);
    },
  );
});
