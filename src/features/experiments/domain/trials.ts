import type { Dataset } from '#features/datasets/domain/dataset.ts';
import type { Arm } from './arms.ts';
import { checkAgainstDatasets } from './dataset-rules.ts';
import { ManifestError } from './manifest-error.ts';
import { datasetNames, type Manifest, type Settings } from './manifest-schema.ts';
import { METHODS, type Method } from './methods.ts';
import { resolveProtocol, type ResolvedProtocol } from './protocols.ts';
import { placeOfMistake } from './schema-mistakes.ts';

export type { ResolvedProtocol };

/** What of a registered data set decides how a trial runs. */
export type DatasetOutline = Pick<Dataset, 'name' | 'columns'>;

/** A seed is `null` for a method that does not read it. */
export interface SeedPair {
  readonly train: number | null;
  readonly profile: number | null;
}

/** One arm on one data set with one pair of seeds. */
export interface PlannedTrial {
  readonly arm: string;
  readonly dataset: string;
  readonly protocol: ResolvedProtocol;
  readonly settings: Settings;
  readonly seeds: SeedPair;
}

/**
 * Every trial of a manifest, in the order of arms, data sets, train seeds and profile seeds.
 * @throws ManifestError for a data set that is not registered or cannot carry the protocol
 */
export function planTrials(
  manifest: Manifest,
  arms: readonly Arm[],
  datasets: ReadonlyMap<string, DatasetOutline>,
): readonly PlannedTrial[] {
  const mistakes = checkAgainstDatasets(manifest, datasets);
  if (mistakes.length > 0) throw new ManifestError(mistakes.map(placeOfMistake));
  const known = datasetNames(manifest).flatMap((name) => datasets.get(name) ?? []);
  const onDatasets = known.map(({ name, columns }) => ({
    name,
    protocol: resolveProtocol(manifest.protocol, columns),
  }));
  return arms.flatMap(({ name: arm, settings }) =>
    onDatasets.flatMap(({ name: dataset, protocol }) =>
      seedPairs(METHODS[settings.method], manifest.seeds).map((seeds) => ({ arm, dataset, protocol, settings, seeds })),
    ),
  );
}

/** How many trials `planTrials` would make. */
export function countTrials(manifest: Manifest, arms: readonly Arm[]): number {
  const perDataset = arms.reduce((sum, { settings }) => sum + seedCount(METHODS[settings.method], manifest.seeds), 0);
  return perDataset * datasetNames(manifest).length;
}

/** A count n stands for the seeds 1 to n. */
export function seedList(seeds: number | readonly number[]): readonly number[] {
  return typeof seeds === 'number' ? Array.from({ length: seeds }, (_, index) => index + 1) : seeds;
}

/** The pairs that a method is run with: it is not repeated over seeds that it does not read. */
function seedPairs(method: Method, seeds: Manifest['seeds']): readonly SeedPair[] {
  const trainSeeds = method.readsTrainSeed ? seedList(seeds.train) : [null];
  const profileSeeds = method.profileSeed === 'none' ? [null] : seedList(seeds.profile);
  const used = method.profileSeed === 'first' ? profileSeeds.slice(0, 1) : profileSeeds;
  return trainSeeds.flatMap((train) => used.map((profile) => ({ train, profile })));
}

function seedCount(method: Method, { train, profile }: Manifest['seeds']): number {
  const count = (seeds: number | readonly number[]): number => (typeof seeds === 'number' ? seeds : seeds.length);
  return (method.readsTrainSeed ? count(train) : 1) * (method.profileSeed === 'each' ? count(profile) : 1);
}
