import { describe, expect, it } from 'vitest';
import {
  differencesOf,
  isRepairedInPlace,
  missingPoints,
  traceDifferences,
  type Expected,
  type HeldRun,
} from './difference.ts';

const POINT = { key: 'hr_at_20', step: 0, value: 0.5, timestamp: 7 };
const OURS: Expected = {
  ...{ name: 'run', status: 'FINISHED', endMs: 9, hasModel: true },
  ...{ params: { arm: 'a' }, tags: { 'sprintlab.id': 'x' } },
  points: [{ ...POINT, fact: 1 }],
  files: [{ path: 'a.json', bytes: 3, fact: 1, content: { text: 'abc' } }],
  inputs: [{ name: 'shop', digest: 'd', sourceType: '', source: '', profile: '', context: '' }],
};
const held = (change: Partial<HeldRun> = {}): HeldRun => ({
  ...{ isDeleted: false, name: 'run', status: 'FINISHED', endMs: 9, hasModel: true },
  ...{ params: new Map([['arm', 'a']]), tags: new Map([['sprintlab.id', 'x']]) },
  ...{ points: [POINT], files: [{ path: 'a.json', bytes: 3 }], inputs: [{ name: 'shop', digest: 'd' }] },
  ...change,
});
const words = (change: Partial<HeldRun>): readonly string[] =>
  differencesOf(OURS, held(change)).map(({ kind, what, name }) => `${kind} ${what} ${name}`);

describe('the difference between a run here and in MLflow', () => {
  it('is nothing where all is the same', () => {
    expect(words({})).toEqual([]);
  });

  it.each<[string, Partial<HeldRun>, readonly string[]]>([
    ['a run that was deleted, and nothing else of it', { isDeleted: true, name: 'x' }, ['deleted run run']],
    ['a status', { status: 'RUNNING', endMs: null }, ['edited status status', 'edited status end']],
    ['a parameter of another value', { params: new Map([['arm', 'b']]) }, ['edited parameter arm']],
    ['a tag that lacks', { tags: new Map() }, ['missing tag sprintlab.id']],
    [
      'a tag in our name',
      {
        tags: new Map([
          ['sprintlab.id', 'x'],
          ['sprintlab.y', ''],
        ]),
      },
      ['extra tag sprintlab.y'],
    ],
    ['a point that lacks', { points: [] }, ['missing metric hr_at_20 step 0']],
    ['a point of another value', { points: [{ ...POINT, value: 0.6 }] }, ['edited metric hr_at_20 step 0']],
    ['a point that is there twice', { points: [POINT, { ...POINT, timestamp: 8 }] }, ['edited metric hr_at_20 step 0']],
    ['a point of theirs', { points: [POINT, { ...POINT, key: 'own' }] }, ['extra metric own step 0']],
    ['an input', { inputs: [] }, ['missing input shop d']],
    ['a file of another size', { files: [{ path: 'a.json', bytes: 4 }] }, ['edited artifact a.json']],
    ['a model', { hasModel: false }, ['missing model model']],
  ])('names %s', (_, change, expected) => {
    expect(words(change)).toEqual(expected);
  });

  it('leaves tags alone that others added, and how long a repeated epoch took', () => {
    expect(
      words({
        tags: new Map([
          ['sprintlab.id', 'x'],
          ['team', 'b'],
        ]),
      }),
    ).toEqual([]);
    const time = { key: 'training/train/seconds', step: 1, value: 2, timestamp: 7 };
    const ours = { ...OURS, points: [{ ...time, fact: 1 }] };
    expect(differencesOf(ours, held({ points: [{ ...time, value: 3 }] }))).toEqual([]);
  });

  it('is repaired in place unless MLflow lets nobody change it', () => {
    const edited = { kind: 'edited', name: '', ours: '', theirs: '' } as const;
    expect(isRepairedInPlace({ ...edited, what: 'tag' })).toBe(true);
    expect(isRepairedInPlace({ ...edited, what: 'parameter' })).toBe(false);
    expect(isRepairedInPlace({ ...edited, what: 'metric' })).toBe(false);
    expect(isRepairedInPlace({ ...edited, kind: 'missing', what: 'metric' })).toBe(true);
  });

  it('of points is what the server lacks, and of traces what has other calls', () => {
    const other = { ...POINT, step: 1, fact: 2 };
    expect(missingPoints([{ ...POINT, fact: 1 }, other], [POINT])).toEqual([other]);
    // A time that was measured twice stays as it was told first.
    const time = { ...POINT, key: 'training/train/seconds' };
    expect(missingPoints([{ ...time, value: 3, fact: 1 }], [time])).toEqual([]);
    const found = traceDifferences(
      new Map([
        ['a', 2],
        ['b', 1],
      ]),
      new Map([
        ['b', 2],
        ['c', 1],
      ]),
    );
    expect(found.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['missing a', 'edited b', 'extra c']);
  });
});
