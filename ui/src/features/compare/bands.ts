import type { CurvesAnswer } from '#features/boards/http/experiments.schema.ts';
import { meanOf } from '../../lib/paired-differences.ts';

/** One epoch of one arm over its trials. */
export interface BandPoint {
  readonly arm: string;
  readonly epoch: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Trials that got so far: early stopping ends them at different epochs. */
  readonly trials: number;
}

export function bandsOf(series: CurvesAnswer['series']): readonly BandPoint[] {
  const cells = new Map<string, { arm: string; epoch: number; values: number[] }>();
  for (const { arm, points } of series) {
    for (const [epoch, value] of points) {
      if (epoch === 0) continue; // the end of the stage, not an epoch
      const key = JSON.stringify([arm, epoch]);
      const cell = cells.get(key) ?? { arm, epoch, values: [] };
      cell.values.push(value);
      cells.set(key, cell);
    }
  }
  return [...cells.values()]
    .map(({ arm, epoch, values }) => ({
      arm,
      epoch,
      mean: meanOf(values),
      low: Math.min(...values),
      high: Math.max(...values),
      trials: values.length,
    }))
    .toSorted((one, other) => one.epoch - other.epoch);
}
