import type { DatasetColumns } from '#features/datasets/domain/dataset.ts';
import { ArmPlaces } from './arm-places.ts';
import type { Arm } from './arms.ts';
import { datasetNames, type Manifest, type Settings } from './manifest-schema.ts';
import { methodReads, METHODS } from './methods.ts';
import type { Mistake } from './schema-mistakes.ts';

type Columns = Pick<DatasetColumns, 'title' | 'categories'>;
type KnownDatasets = ReadonlyMap<string, { readonly columns: Columns }>;

/** A setting that reads what the items are called. */
interface Reading {
  readonly key: string;
  readonly isMeant: (settings: Settings) => boolean;
  /** One of these columns suffices. */
  readonly columns: readonly (keyof Columns)[];
  readonly reads: string;
  readonly allowed: string;
}

const TEXT = { columns: ['title', 'categories'], reads: 'neither titles nor categories' } as const;
const CATEGORIES = { columns: ['categories'], reads: 'no categories' } as const;

const READINGS: readonly Reading[] = [
  {
    key: 'backbone.itemText',
    isMeant: ({ backbone }) => backbone.itemText === 'hashed',
    ...TEXT,
    allowed: 'none, or data with a title or categories column',
  },
  {
    key: 'method',
    isMeant: ({ method }) => METHODS[method].llm === 'while profiling',
    ...TEXT,
    allowed:
      'what works without texts (backbone, capacity-control, vs-knn, item-knn, popularity), or data with a title or categories column',
  },
  {
    key: 'method',
    isMeant: ({ method }) => method === 'category-intent',
    ...CATEGORIES,
    allowed: 'a method that reads no categories, or data with a categories column',
  },
  {
    key: 'selection.sessionEntropy',
    isMeant: ({ selection }) => selection.sessionEntropy === 'category',
    ...CATEGORIES,
    allowed: 'spectral, cluster, or data with a categories column',
  },
];

/** What reads texts needs items that have some, in every data set of the manifest. */
export function textMistakes(manifest: Manifest, arms: readonly Arm[], datasets: KnownDatasets): readonly Mistake[] {
  return READINGS.flatMap((reading) => {
    const without = lacking(manifest, datasets, reading.columns);
    if (without.length === 0) return [];
    const problem = `the items of data set ${without.join(', ')} have ${reading.reads}`;
    return placesOf(manifest, arms, reading).map((path) => ({ path, problem, allowed: reading.allowed }));
  });
}

/** A language model that is shown categories alone can still name intents, if worse. */
export function textWarnings(manifest: Manifest, arms: readonly Arm[], datasets: KnownDatasets): readonly Mistake[] {
  const untitled = lacking(manifest, datasets, ['title']);
  if (untitled.length === 0 || !arms.some(({ settings }) => METHODS[settings.method].llm === 'while profiling'))
    return [];
  const problem = `the items of data set ${untitled.join(', ')} have no titles: prompts show their categories alone`;
  return [{ path: ['dataset'], problem }];
}

function lacking(manifest: Manifest, datasets: KnownDatasets, columns: Reading['columns']): readonly string[] {
  return datasetNames(manifest).filter((name) => {
    const known = datasets.get(name)?.columns;
    return known !== undefined && !columns.some((column) => known[column]);
  });
}

/** Many arms of a grid can take one value. */
function placesOf(manifest: Manifest, arms: readonly Arm[], { key, isMeant }: Reading): readonly Mistake['path'][] {
  const places = new ArmPlaces(manifest, arms);
  const paths = arms.flatMap(({ settings }, index) =>
    isMeant(settings) && methodReads(settings.method, key) ? [places.pathOf(index, key)] : [],
  );
  return [...new Map(paths.map((path) => [path.join('.'), path])).values()];
}
