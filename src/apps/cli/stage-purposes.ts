import type { StageKey } from '#features/stages/domain/stage.ts';
import type { Trial } from '#features/trials/domain/trial.ts';

type PurposeOfTrial = Pick<Trial, 'arm' | 'dataset' | 'seeds' | 'stages'>;

/** What stages are for, by their key: the arm of the one trial that has it, or how many trials share it. */
export function stagePurposes(trials: readonly PurposeOfTrial[]): ReadonlyMap<StageKey, string> {
  const users = new Map<StageKey, PurposeOfTrial[]>();
  for (const trial of trials) {
    for (const key of trial.stages) users.set(key, [...(users.get(key) ?? []), trial]);
  }
  return new Map([...users].map(([key, own]) => [key, purposeOf(own)]));
}

function purposeOf([first, ...others]: readonly PurposeOfTrial[]): string {
  if (first === undefined) return '';
  if (others.length > 0) return `for ${others.length + 1} trials on ${first.dataset}`;
  const { train, profile } = first.seeds;
  const seeds = [train === null ? '' : ` train seed ${train}`, profile === null ? '' : ` profile seed ${profile}`];
  return [`of ${first.arm} on ${first.dataset}`, ...seeds.filter(Boolean)].join(',');
}
