import { describe, expect, it } from 'vitest';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { representativeRows, sampledSessions } from './representative-sessions.ts';

const tensor = (rows: readonly (readonly number[])[]): TensorOf<'F32'> => ({
  dtype: 'F32',
  shape: [rows.length, 2],
  data: Float32Array.from(rows.flat()),
});

describe('representative sessions', () => {
  it('are the nearest to the centres of groups', () => {
    // Two groups; their centres are (0, .1) and (9, 9.1), to which rows 4 and 5 are nearest.
    const rows = [
      [0, 1],
      [9, 10],
      [0, -1],
      [9, 8],
      [0, 0.2],
      [9, 9.2],
      [0, 0.2],
      [9, 9.2],
    ];
    expect(representativeRows(tensor(rows), 2)).toEqual([4, 5]);
  });

  it('are different rows, also where all lie on one place', () => {
    const rows = representativeRows(tensor(Array.from({ length: 9 }, () => [1, 1])), 4);
    expect(new Set(rows).size).toBe(4);
  });

  it('are all where there are no more', () => {
    expect(
      representativeRows(
        tensor([
          [1, 2],
          [3, 4],
        ]),
        5,
      ),
    ).toEqual([0, 1]);
    expect(representativeRows(tensor([]), 5)).toEqual([]);
  });

  it('are sought in a sample of the sessions, the same for a seed', () => {
    const sessions = Array.from({ length: 6000 }, (_, at) => at);
    const sample = sampledSessions(sessions, 1);
    expect(sample).toHaveLength(5000);
    expect(sampledSessions(sessions, 1)).toEqual(sample);
    expect(sampledSessions(sessions, 2)).not.toEqual(sample);
  });
});
