import type { MlflowPoint } from './mlflow-point.ts';

/**
 * What MLflow takes in one request, and of one value (`mlflow/utils/validation.py` and `service.proto`, 3.17.2). What is longer is cut
 * here: a server would refuse it or cut it, as it is set.
 */
export const LIMITS = {
  items: 1_000,
  params: 100,
  tags: 100,
  bytes: 900_000,
  param: 6_000,
  tag: 5_000,
} as const;

/** What one run is told of itself. */
export interface RunFacts {
  readonly points?: readonly MlflowPoint[];
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

interface Pair {
  readonly key: string;
  readonly value: string;
}

/** The body of one `log-batch`. */
interface Batch {
  readonly run_id: string;
  readonly metrics: MlflowPoint[];
  readonly params: Pair[];
  readonly tags: Pair[];
}

type Part = 'metrics' | 'params' | 'tags';

const MOST: Readonly<Record<Part, number>> = { metrics: LIMITS.items, params: LIMITS.params, tags: LIMITS.tags };

/** Parameters and tags first, so that a run that shows a number says what it is the number of. */
export function* batchesOf(run: string, { points = [], params = {}, tags = {} }: RunFacts): Generator<Batch> {
  const items: (readonly [Part, MlflowPoint | Pair])[] = [
    ...Object.entries(params).map(([key, value]) => ['params', { key, value }] as const),
    ...Object.entries(tags).map(([key, value]) => ['tags', { key, value }] as const),
    ...points.map((point) => ['metrics', point] as const),
  ];
  let batch = emptyBatch(run);
  let bytes = 0;
  for (const [part, item] of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    const isFull = batch[part].length === MOST[part] || sizeOf(batch) === LIMITS.items || bytes + size > LIMITS.bytes;
    if (isFull) {
      yield batch;
      [batch, bytes] = [emptyBatch(run), 0];
    }
    add(batch, part, item);
    bytes += size;
  }
  if (sizeOf(batch) > 0) yield batch;
}

/** Cut to so many characters, and said to be. */
export function cutTo(length: number, text: string): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function emptyBatch(run: string): Batch {
  return { run_id: run, metrics: [], params: [], tags: [] };
}

function sizeOf({ metrics, params, tags }: Batch): number {
  return metrics.length + params.length + tags.length;
}

function add(batch: Batch, part: Part, item: MlflowPoint | Pair): void {
  if ('step' in item) batch.metrics.push(item);
  else if (part === 'params') batch.params.push(item);
  else batch.tags.push(item);
}
