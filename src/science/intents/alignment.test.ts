import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillNormal } from '#science/random/normal.ts';
import { stream } from '#science/random/stream.ts';
import { centredRows, type Embeddings, linearCka, neighbourOverlap, unitRows } from './alignment.ts';

const rowsOf = (...rows: readonly (readonly number[])[]): Embeddings => ({
  dtype: 'F32',
  shape: [rows.length, rows[0]!.length],
  data: Float32Array.from(rows.flat()),
});

function noise(rows: number, width: number, seed: number): Embeddings {
  const data = new Float32Array(rows * width);
  fillNormal(data, 1, stream(seed, 'data', 'noise'));
  return { dtype: 'F32', shape: [rows, width], data };
}

const mapped = ({ shape, data, dtype }: Embeddings, change: (x: number, at: number) => number): Embeddings => ({
  dtype,
  shape,
  data: data.map(change),
});

/** Turned by an angle in the plane of the first two axes. */
function turned({ shape, data, dtype }: Embeddings, angle: number): Embeddings {
  const width = shape[1]!;
  const result = data.slice();
  for (let begin = 0; begin < data.length; begin += width) {
    const [x, y] = [data[begin]!, data[begin + 1]!];
    result[begin] = Math.cos(angle) * x - Math.sin(angle) * y;
    result[begin + 1] = Math.sin(angle) * x + Math.cos(angle) * y;
  }
  return { dtype, shape, data: result };
}

describe('linear CKA', () => {
  const any = fc.record({
    rows: fc.integer({ min: 5, max: 30 }),
    width: fc.integer({ min: 2, max: 6 }),
    seed: fc.nat(),
  });

  it('is 1 for a space and itself', () => {
    fc.assert(
      fc.property(any, ({ rows, width, seed }) => {
        const space = noise(rows, width, seed);
        expect(linearCka(space, space)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('is 1 for a space that is turned, stretched and moved', () => {
    fc.assert(
      fc.property(any, fc.double({ min: -3, max: 3, noNaN: true }), ({ rows, width, seed }, angle) => {
        const space = noise(rows, width, seed);
        const other = mapped(turned(space, angle), (x, at) => 7 * x + (at % width));
        expect(linearCka(space, other)).toBeCloseTo(1, 3);
      }),
    );
  });

  it('is the same in both directions', () => {
    const [left, right] = [noise(20, 3, 1), noise(20, 5, 2)];
    expect(linearCka(left, right)).toBeCloseTo(linearCka(right, left), 12);
  });

  it('is about 0 for independent noise, also where there are few things in many dimensions', () => {
    // The plain, biased one would be 32 / (100 + 32) = .24.
    const values = Array.from({ length: 10 }, (_, seed) =>
      linearCka(noise(100, 32, 2 * seed), noise(100, 32, 2 * seed + 1)),
    );
    for (const value of values) expect(Math.abs(value)).toBeLessThan(0.08);
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length)).toBeLessThan(0.02);
  });

  it('lies between for a space with noise in it', () => {
    const space = noise(200, 8, 1);
    const other = noise(200, 8, 2);
    const mixed = mapped(space, (x, at) => x + other.data[at]!);
    // Half of the variance is the space's: K and L share half, so CKA is about 1/2.
    expect(linearCka(space, mixed)).toBeGreaterThan(0.4);
    expect(linearCka(space, mixed)).toBeLessThan(0.65);
  });

  it('is 0 where all things are alike in one of the spaces', () => {
    expect(linearCka(noise(6, 2, 1), rowsOf([1, 1], [1, 1], [1, 1], [1, 1], [1, 1], [1, 1]))).toBeCloseTo(0, 6);
    expect(
      linearCka(
        noise(6, 2, 1),
        mapped(noise(6, 2, 1), () => 0),
      ),
    ).toBe(0);
  });
});

describe('the overlap of neighbours', () => {
  it('is what one counts by hand', () => {
    // On a circle at 0°, 10°, 90°, 100°, 200°; the nearest by angle are 1, 0, 3, 2, 3. In the other space the last two change places:
    // 0°, 10°, 90°, 200°, 100°: nearest 1, 0, 4, 4, 2.
    const circle = (...degrees: number[]): Embeddings =>
      rowsOf(...degrees.map((degree) => [Math.cos((degree * Math.PI) / 180), Math.sin((degree * Math.PI) / 180)]));
    const overlap = neighbourOverlap(circle(0, 10, 90, 100, 200), circle(0, 10, 90, 200, 100), 1);
    expect(overlap).toEqual({ share: 2 / 5, byChance: 1 / 4 });
  });

  it('is 1 for a space and itself, turned and with other lengths', () => {
    const space = noise(40, 5, 3);
    expect(neighbourOverlap(space, turned(space, 1), 10).share).toBeGreaterThan(0.99);
    const stretched = mapped(space, (x, at) => x * (1 + Math.floor(at / 5)));
    expect(neighbourOverlap(space, stretched, 10).share).toBeGreaterThan(0.99);
  });

  it('is what chance gives for independent noise', () => {
    const { share, byChance } = neighbourOverlap(noise(400, 8, 4), noise(400, 8, 5), 10);
    expect(byChance).toBeCloseTo(10 / 399, 12);
    // 4000 neighbours, about 100 shared by chance: three standard deviations are .0074.
    expect(Math.abs(share - byChance)).toBeLessThan(0.0074);
  });

  it('takes all others where there are fewer than asked for', () => {
    expect(neighbourOverlap(noise(4, 2, 1), noise(4, 2, 2), 10)).toEqual({ share: 1, byChance: 1 });
  });
});

describe('rows of length 1', () => {
  it('keep their direction, and a row of zeros stays', () => {
    expect([...unitRows(rowsOf([3, 4], [0, 0], [0, -2])).data].map((x) => Number(x.toFixed(6)))).toEqual([
      0.6, 0.8, 0, 0, 0, -1,
    ]);
  });
});

describe('centred rows', () => {
  it('have the mean 0 in every dimension', () => {
    expect([...centredRows(rowsOf([1, 10], [3, 10], [5, 40])).data]).toEqual([-2, -10, 0, -10, 2, 20]);
  });
});
