import { describe, expect, it } from 'vitest';
import { projectionSvg } from './projection-svg.ts';
import type { ProjectedPoint, Projection } from './projection.ts';

const session = (number: number, intent: number, [x, y]: readonly [number, number]): ProjectedPoint => ({
  kind: 'session',
  label: `session ${number}`,
  intent,
  probability: 0.5,
  x,
  y,
});
const intent = (id: number, label: string, [x, y]: readonly [number, number]): ProjectedPoint => ({
  kind: 'intent',
  label,
  intent: id,
  probability: null,
  x,
  y,
});
const alignment = { sessions: 3, cka: 0.456, neighbourOverlap: 0.25, overlapByChance: 0.01 };

const small: Projection = {
  alignment,
  points: [
    session(1, 7, [0, 0]),
    session(2, 7, [10, 0]),
    session(3, 4, [0, 10]),
    intent(4, 'tea & <cake>', [5, 5]),
    intent(7, 'camping trip', [10, 10]),
  ],
};

/** What a reader of the picture sees as text. */
const wordsIn = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words]) => words!);

describe('the picture of a projection', () => {
  const svg = projectionSvg(small);

  it('has a dot for each session and a diamond for each intent, on one scale', () => {
    // The square from (0, 0) to (10, 10) fills the height of 572 about the middle, (375, 380): 57.2 a unit.
    const dots = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="3" fill="([^"]+)"/g)].map(
      ([, ...own]) => own,
    );
    expect(dots).toEqual([
      ['89', '94', '#4269d0'],
      ['661', '94', '#4269d0'],
      ['89', '666', '#e68a00'],
    ]);
    expect([...svg.matchAll(/<path d="M([\d.]+) ([\d.]+)l8[^"]*" fill="([^"]+)"/g)].map(([, ...own]) => own)).toEqual([
      ['375', '372', '#e68a00'],
      ['661', '658', '#4269d0'],
    ]);
  });

  it('tells in words what was measured, and whose colour is whose, the intent of most sessions first', () => {
    expect(wordsIn(svg)).toEqual([
      'Sessions and intents',
      '3 sessions: linear CKA 0.46, 10 nearest shared 25 % (by chance 1 %)',
      'tea &#38; &#60;cake&#62;',
      'camping trip',
      'Likeliest intent (sessions)',
      'camping trip (2)',
      'tea &#38; &#60;cake&#62; (1)',
      '● session   ◆ intent',
      't-SNE: near is alike, far says little',
    ]);
  });

  it('is the same text for the same projection', () => {
    expect(projectionSvg(small)).toBe(svg);
  });

  it('gives twelve intents a colour, and shows the others in grey, named to the pointer', () => {
    const ids = [...Array(15).keys()];
    const points = [
      ...ids.flatMap((id) => ids.slice(id).map((at) => session(at, id, [at, id]))),
      ...ids.map((id) => intent(id, `intent ${id}`, [id, -id])),
    ];
    const crowded = projectionSvg({ alignment, points });
    const colours = new Set([...crowded.matchAll(/r="3" fill="([^"]+)"/g)].map(([, colour]) => colour));
    expect(colours.size).toBe(13);
    // Intents 12, 13 and 14 have 3, 2 and 1 sessions.
    expect(wordsIn(crowded)).toContain('3 other intents (6)');
    expect(wordsIn(crowded)).not.toContain('intent 12');
    expect(crowded).toContain('fill="#b9b9b4" stroke="#ffffff" stroke-width="1.5"><title>intent 12</title>');
  });

  it('can be drawn of points on one place, and of none', () => {
    const one = projectionSvg({ alignment: null, points: [session(1, 1, [3, 3]), intent(1, 'alone', [3, 3])] });
    expect(one).toContain('<circle cx="375" cy="380" r="3"');
    expect(one).toContain('Too few to compare');
    const none = projectionSvg({ alignment: null, points: [] });
    expect(wordsIn(none)).toContain('There is nothing to show.');
    expect(none).not.toContain('NaN');
    expect(none).not.toContain('Infinity');
  });
});
