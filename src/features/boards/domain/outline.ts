import { methodReads, type MethodName } from '#features/experiments/domain/methods.ts';
import type { Revision } from '#features/experiments/domain/experiment.ts';
import type { SeedPair } from '#features/experiments/domain/trials.ts';
import { differingKeys, flatSettings } from '#features/experiments/domain/setting-differences.ts';
import type { JsonObject } from '#kernel/json.ts';

export interface OutlinedTrial {
  readonly id: string;
  readonly arm: string;
  readonly dataset: string;
  readonly seeds: SeedPair;
  /** Places in the stages of the outline, inputs before what reads them. */
  readonly steps: readonly number[];
}

export interface OutlinedStage {
  readonly key: string;
  readonly kind: string;
  /** How many trials of the revision have it. */
  readonly trials: number;
}

export interface OutlinedArm {
  readonly name: string;
  readonly dataset: string;
  readonly method: string;
  readonly isGrid: boolean;
  readonly settings: JsonObject;
  readonly trials: readonly OutlinedTrial[];
}

/** What of a revision never changes: its trials, their stages, and in what the arms differ. */
export interface Outline {
  readonly revision: Revision;
  readonly trials: readonly OutlinedTrial[];
  readonly stages: readonly OutlinedStage[];
  readonly arms: readonly OutlinedArm[];
  /** Dotted keys of the settings in which arms differ, and `method` always. */
  readonly differing: readonly string[];
}

/** @param settingsOf the settings of each arm, by its name */
export function outlineOf(
  revision: Revision,
  trials: readonly OutlinedTrial[],
  stages: readonly Omit<OutlinedStage, 'trials'>[],
  settingsOf: ReadonlyMap<string, JsonObject>,
): Outline {
  const flat = new Map([...settingsOf].map(([arm, settings]) => [arm, flatSettings(settings)]));
  const differing = differingKeys([...flat.values()]);
  return {
    revision,
    trials,
    stages: withTrials(stages, trials),
    differing,
    arms: armsOf(revision, trials, { flat, differing }),
  };
}

function armsOf(
  { manifest }: Revision,
  trials: readonly OutlinedTrial[],
  { flat, differing }: { readonly flat: ReadonlyMap<string, JsonObject>; readonly differing: readonly string[] },
): readonly OutlinedArm[] {
  const named = new Set(manifest.arms.map(({ name }) => name));
  const cells = new Map<string, OutlinedTrial[]>();
  for (const trial of trials) {
    const cell = JSON.stringify([trial.dataset, trial.arm]);
    const known = cells.get(cell);
    if (known === undefined) cells.set(cell, [trial]);
    else known.push(trial);
  }
  return [...cells.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const settings = flat.get(first.arm) ?? {};
    const method = settings['method'] as MethodName;
    const shown = differing.filter((key) => methodReads(method, key));
    const values = Object.fromEntries(shown.map((key) => [key, settings[key] ?? null]));
    const { arm: name, dataset } = first;
    return [{ name, dataset, method, isGrid: !named.has(name), settings: values, trials: own }];
  });
}

function withTrials(
  stages: readonly Omit<OutlinedStage, 'trials'>[],
  trials: readonly OutlinedTrial[],
): readonly OutlinedStage[] {
  const counts = new Array<number>(stages.length).fill(0);
  for (const { steps } of trials) for (const step of steps) counts[step] = (counts[step] ?? 0) + 1;
  return stages.map((stage, index) => ({ ...stage, trials: counts[index] ?? 0 }));
}
