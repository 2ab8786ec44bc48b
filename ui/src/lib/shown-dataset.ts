import type { BoardAnswer } from '#features/boards/http/experiments.schema.ts';

export interface ShownDataset {
  /** All of the experiment, in the order of the manifest. */
  readonly datasets: readonly string[];
  readonly dataset: string;
}

/** The data set that is asked for, or else the first: numbers of two data sets are not compared. */
export function shownDataset({ arms }: Pick<BoardAnswer, 'arms'>, wanted: string | undefined): ShownDataset {
  const datasets = [...new Set(arms.map(({ dataset }) => dataset))];
  const found = datasets.find((dataset) => dataset === wanted);
  return { datasets, dataset: found ?? datasets[0] ?? '' };
}
