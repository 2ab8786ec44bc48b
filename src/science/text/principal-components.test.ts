import { describe, expect, it } from 'vitest';
import { principalComponents } from './principal-components.ts';

const rows = (...numbers: number[][]) =>
  ({ dtype: 'F32', shape: [numbers.length, numbers[0]!.length], data: Float32Array.from(numbers.flat()) }) as const;

describe('principal components', () => {
  it('are the coordinates along the directions of the largest variance, the largest coordinate positive', () => {
    // On the line (3, 4) t + (1, 1), t = −1, 0, 2; less the mean t = 1/3 and times the length 5: −6.667, −1.667, 8.333.
    const { data } = principalComponents(rows([-2, -3], [1, 1], [7, 9]), 1);
    expect([...data].map((x) => Number(x.toFixed(4)))).toEqual([-6.6667, -1.6667, 8.3333]);
  });

  it('are zeros along directions in which nothing differs', () => {
    const { data, shape } = principalComponents(rows([-2, -3], [1, 1], [7, 9]), 3);
    expect(shape).toEqual([3, 3]);
    expect([data[1], data[2], data[4], data[5]]).toEqual([0, 0, 0, 0]);
  });

  it('of vectors that are all alike are zeros', () => {
    expect([...principalComponents(rows([1, 2], [1, 2]), 2).data]).toEqual([0, 0, 0, 0]);
  });
});
