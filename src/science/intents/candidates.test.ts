import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aView } from '../../../test/support/session-views.ts';
import { type CandidateQuestion, CandidateDraw } from './candidates.ts';

/** 60 items, each in one session. */
const train = aView(Array.from({ length: 20 }, (_, at) => [3 * at + 1, 3 * at + 2, 3 * at + 3]));
const NEGATIVES = Int32Array.from({ length: 25 }, (_, at) => 60 - at);
const question = (change: Partial<CandidateQuestion> = {}): CandidateQuestion => ({
  session: 4,
  attempt: 1,
  context: Int32Array.of(1, 2),
  heldOut: 3,
  negatives: NEGATIVES,
  ...change,
});
const draw = (candidates: number, view = train): CandidateDraw => new CandidateDraw(view, { seed: 1, candidates });

describe('candidates', () => {
  it('are the held-out item, the 10 hardest negatives and 9 others, without those of the context', () => {
    const candidates = draw(20).of(question());
    expect(candidates).toHaveLength(20);
    expect(new Set(candidates).size).toBe(20);
    expect(candidates).toEqual(expect.arrayContaining([3, ...NEGATIVES.subarray(0, 10)]));
    expect(candidates.filter((item) => item > 35 && item <= 50).length).toBeLessThan(9);
    expect(candidates.some((item) => item < 3)).toBe(false);
  });

  it('keep the share of hard ones for other numbers of candidates', () => {
    // ⌈4 · 10 / 19⌉ = 3 of 5, ⌈10 / 19⌉ = 1 of 2, ⌈25 · 10 / 19⌉ = 14 of 26
    for (const [count, hard] of [
      [5, 3],
      [2, 1],
      [26, 14],
    ] as const) {
      const candidates = draw(count).of(question());
      expect(candidates).toHaveLength(count);
      expect(candidates).toEqual(expect.arrayContaining([...NEGATIVES.subarray(0, hard)]));
    }
  });

  it('are drawn and shuffled anew for each attempt and session, and the same each time', () => {
    const drawn = draw(20);
    const [first, again] = [drawn.of(question()), drawn.of(question())];
    expect(again).toEqual(first);
    expect(drawn.of(question({ attempt: 2 }))).not.toEqual(first);
    expect(drawn.of(question({ session: 5 }))).not.toEqual(first);
    expect(new CandidateDraw(train, { seed: 2, candidates: 20 }).of(question())).not.toEqual(first);
  });

  it('put the held-out item at every letter alike', () => {
    const drawn = draw(4);
    const counts = [0, 0, 0, 0];
    for (let session = 0; session < 2000; session++) counts[drawn.of(question({ session })).indexOf(3)]! += 1;
    // 500 each; the deviation of a binomial count is 19.4.
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(3 * 19.4);
  });

  it('are drawn by popularity to the power .75', () => {
    // Item 4 has 16 clicks, item 5 one: 16^.75 = 8, so that it comes 8 times as often.
    const view = aView([[1, 2, 3], ...Array.from({ length: 16 }, () => [4, 1]), [5, 1]]);
    const drawn = draw(2, view);
    let often = 0;
    for (let session = 0; session < 1800; session++)
      often += Number(drawn.of(question({ session, negatives: new Int32Array(0) })).includes(4));
    // 1800 · 8/9 = 1600, deviation √(1600 / 9) = 13.3
    expect(Math.abs(often - 1600)).toBeLessThan(3 * 13.4);
  });

  it('are fewer where the catalogue has no more, and never what training lacks', () => {
    const small = aView([[1, 2, 3, 4]], { itemCount: 9 });
    const asked = question({ negatives: Int32Array.of(4) });
    expect([...draw(20, small).of(asked)].sort()).toEqual([3, 4]);
  });

  it('of a session of one repeated item have that item once', () => {
    const candidates = draw(20).of(question({ context: Int32Array.of(3, 3) }));
    expect(candidates.filter((item) => item === 3)).toEqual([3]);
  });

  it('hold for any session', () => {
    const item = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(
        fc.array(item, { minLength: 1, maxLength: 70 }),
        item,
        fc.integer({ min: 2, max: 26 }),
        (context, heldOut, count) => {
          const seen = new Set(context);
          const negatives = NEGATIVES.filter((negative) => !seen.has(negative) && negative !== heldOut);
          const candidates = draw(count).of(question({ context: Int32Array.from(context), heldOut, negatives }));
          expect(new Set(candidates).size).toBe(candidates.length);
          expect(candidates).toContain(heldOut);
          expect(candidates.filter((one) => one !== heldOut && seen.has(one))).toEqual([]);
          const free = 60 - new Set([...context, heldOut]).size;
          expect(candidates).toHaveLength(Math.min(count, 1 + free));
        },
      ),
    );
  });
});
