import type { ExperimentAnswer } from '../http/experiments.schema.ts';

export type Spread = NonNullable<ExperimentAnswer['best']>;

/** The largest mean on any data set, and what the baseline reaches there: numbers of two data sets are not compared. */
export function bestArm(
  spreads: readonly Spread[],
  baseline: string | undefined,
): Pick<ExperimentAnswer, 'best' | 'baseline'> {
  const best = spreads.reduce<Spread | null>((top, one) => (top === null || one.mean > top.mean ? one : top), null);
  const beside = spreads.find(({ arm, dataset }) => arm === baseline && dataset === best?.dataset);
  return { best, baseline: beside ?? null };
}
