import type { BoardArm } from '#features/boards/http/experiments.schema.ts';
import type { SeedPair } from './seed-names.ts';

export interface PairedDifference {
  readonly arm: string;
  readonly trial: string;
  readonly seeds: SeedPair;
  /** Of the arm minus of the baseline with the same seeds. */
  readonly difference: number;
}

/**
 * Differences of an arm to the baseline, trial by trial with the same seeds. A seed that one of the two methods does not
 * read says nothing against a pair; where the baseline has several trials that fit, their mean is taken.
 */
export function pairedDifferences(arm: BoardArm, baseline: BoardArm): readonly PairedDifference[] {
  return arm.values.flatMap((value, index) => {
    const seeds = arm.seeds[index];
    const trial = arm.trials[index];
    if (value === null || seeds === undefined || trial === undefined) return [];
    const partners = baseline.values.filter(
      (other, place): other is number => other !== null && fit(seeds, baseline.seeds[place]),
    );
    return partners.length === 0 ? [] : [{ arm: arm.name, trial, seeds, difference: value - meanOf(partners) }];
  });
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function fit(seeds: SeedPair, others: SeedPair | undefined): boolean {
  return (
    others?.every((other, index) => other === null || (seeds[index] ?? null) === null || other === seeds[index]) ??
    false
  );
}
