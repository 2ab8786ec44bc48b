import { describe, expect, it } from 'vitest';
import { aPool } from '../../../../test/support/profiling-loop.ts';
import { readIdentified } from './identified-intents.ts';
import { readProposed } from './proposed-intents.ts';
import { readRanking } from './ranking.ts';

const intents = aPool(['camping trip: nights outdoors', 'home office: work at home', 'baby shower: gifts']).intents;
const LIMITS = { intents, items: 3, maxIntents: 3 };
const identified = (answer: unknown, limits = {}): ReturnType<typeof readIdentified> =>
  readIdentified(JSON.stringify(answer), { ...LIMITS, ...limits });
const ids = (...chosen: number[]): object[] => chosen.map((id) => ({ id, evidence: [1] }));

describe('an answer to IDENTIFY', () => {
  it('gives the intents of the list with their texts and evidence, and the new one', () => {
    const answer = {
      intents: [{ id: 2, evidence: [3, 1, 3] }],
      new: { name: ' Garden \n MAKEOVER', description: 'new beds', evidence: [2] },
    };
    expect(identified(answer)).toEqual({
      isReadable: true,
      value: [
        { id: 2, name: 'home office', description: 'work at home', evidence: [1, 3] },
        { id: null, name: 'garden makeover', description: 'new beds', evidence: [2] },
      ],
    });
  });

  it('gives only what it named itself where there is no list', () => {
    const answer = { intents: [{ name: 'tea time', description: '', evidence: [] }] };
    expect(identified(answer, { intents: null })).toMatchObject({ value: [{ id: null, name: 'tea time' }] });
  });

  it.each([
    ['an intent that was not shown', { intents: ids(1, 9), new: null }, 'unknown-intent', 'the list has no intent 9'],
    ['no intent', { intents: [], new: null }, 'intent-count', 'it names 0 intents; choose between 1 and 3'],
    ['nine intents', { intents: ids(1, 2, 3, 1, 2, 3, 1, 2, 3), new: null }, 'intent-count', 'it names 9 intents'],
    ['an intent twice', { intents: ids(1, 1), new: null }, 'intent-count', 'it names an intent twice'],
    ['evidence outside', { intents: [{ id: 1, evidence: [4] }], new: null }, 'evidence-outside', 'has item 4'],
    ['evidence before the first', { intents: [{ id: 1, evidence: [0] }], new: null }, 'evidence-outside', 'has item 0'],
    ['half an item', { intents: [{ id: 1, evidence: [1.5] }], new: null }, 'not-json', ''],
    ['an id as text', { intents: [{ id: '1', evidence: [1] }], new: null }, 'not-json', ''],
    ['no word of a new one', { intents: ids(1) }, 'not-json', ''],
    ['a new one without a name', { intents: [], new: { name: ' - ', description: '', evidence: [] } }, 'not-json', ''],
    [
      'a new one too many',
      { intents: ids(1, 2, 3), new: { name: 'tea', description: '', evidence: [] } },
      'intent-count',
      '4',
    ],
    ['an answer to another question', { ranking: ['A'] }, 'not-json', ''],
  ])('fails with %s', (_, answer, outcome, problem) => {
    const reading = identified(answer);
    expect(reading).toMatchObject({ isReadable: false, outcome });
    expect(!reading.isReadable && reading.problem).toContain(problem);
  });

  it('cuts names and descriptions to the words that they may have', () => {
    const words = Array.from({ length: 30 }, (_, at) => `w${at}`);
    const answer = { intents: [], new: { name: words.join(' '), description: words.join(' '), evidence: [] } };
    expect(identified(answer)).toMatchObject({
      value: [{ name: words.slice(0, 5).join(' '), description: words.slice(0, 20).join(' ') }],
    });
  });
});

describe('an answer to PREDICT', () => {
  const ranking = (letters: readonly string[]): ReturnType<typeof readRanking> =>
    readRanking(JSON.stringify({ ranking: letters }), 4);

  it('gives the places of the letters, best first', () => {
    expect(ranking(['C', 'A'])).toEqual({ isReadable: true, value: [2, 0] });
  });

  it.each([[['E']], [['A', 'a']], [['']], [[]], [['B', 'B']]])('fails with the letters %j', (letters) => {
    expect(ranking(letters)).toMatchObject({ isReadable: false, outcome: 'unknown-letter' });
  });

  it('fails with an answer to another question', () => {
    expect(readRanking('{"intents":[],"new":null}', 4)).toMatchObject({ outcome: 'not-json' });
  });
});

describe('an answer to EXPLORE', () => {
  it('gives the intents, of which there may be none', () => {
    expect(readProposed('{"intents":[{"name":"Tea Time","description":"a cup"}]}', 10)).toEqual({
      isReadable: true,
      value: [{ name: 'tea time', description: 'a cup' }],
    });
    expect(readProposed('{"intents":[]}', 10)).toEqual({ isReadable: true, value: [] });
  });

  it('fails with more than were asked for', () => {
    const intents = ['a', 'b', 'c'].map((name) => ({ name, description: '' }));
    expect(readProposed(JSON.stringify({ intents }), 2)).toMatchObject({ outcome: 'intent-count' });
  });
});
