import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeLabels } from './label-placement.ts';

const AREA = { x: 0, y: 0, width: 600, height: 400 };

describe('the place of labels', () => {
  it('is beside the mark, on the left where the area ends', () => {
    // 10 letters of 7 points.
    expect(placeLabels([{ x: 100, y: 50, letters: 10 }], AREA)).toEqual([{ x: 111, y: 50 }]);
    expect(placeLabels([{ x: 560, y: 50, letters: 10 }], AREA)).toEqual([{ x: 560 - 11 - 70, y: 50 }]);
  });

  it('is a line lower, then higher, where others stand already', () => {
    const mark = { x: 100, y: 200, letters: 10 };
    expect(placeLabels([mark, mark, mark, mark], AREA).map(({ y }) => y)).toEqual([200, 216, 184, 232]);
  });

  it('is within the height of the area', () => {
    const mark = { x: 100, y: 395, letters: 10 };
    expect(placeLabels([mark, mark], AREA).map(({ y }) => y)).toEqual([379, 363]);
  });

  it('lets no two labels stand on each other, as long as there is room', () => {
    const anchor = fc.record({
      x: fc.integer({ min: 0, max: 600 }),
      y: fc.integer({ min: 100, max: 300 }),
      letters: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(anchor, { maxLength: 12 }), (anchors) => {
        const places = placeLabels(anchors, AREA);
        for (const [at, { x, y }] of places.entries())
          for (const [other, { x: otherX, y: otherY }] of places.entries()) {
            if (other >= at || Math.abs(y - otherY) >= 16) continue;
            const [width, otherWidth] = [7 * anchors[at]!.letters, 7 * anchors[other]!.letters];
            expect(x + width <= otherX || otherX + otherWidth <= x).toBe(true);
          }
      }),
    );
  });
});
