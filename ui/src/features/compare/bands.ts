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

type Series = CurvesAnswer['series'][number];

/**
 * What curves are compared by: on one data set, of each trial the last stage that reports the metric, which is its training. A
 * trial that has not come so far has no curve: its warm-up is not held against the training of others.
 */
export function lastOf(series: CurvesAnswer['series'], wanted: string): readonly Series[] {
  const own = series.filter(({ dataset }) => dataset === wanted);
  const passed = new Set(own.flatMap((one, index) => (isPassed(one, own[index + 1]) ? [one.stage] : [])));
  const last = own.filter(({ stage }) => !passed.has(stage));
  return [...new Map(last.map((one) => [one.trial, one])).values()];
}

/** The series of a trial stand in the order of its stages. */
function isPassed({ trial, stage }: Series, next: Series | undefined): boolean {
  return next?.trial === trial && next.stage !== stage;
}

/** @param series one of each trial */
export function bandsOf(series: readonly Series[]): readonly BandPoint[] {
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
