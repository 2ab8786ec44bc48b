import { setWasmEnabled, TSNE } from '@saehrimnir/druidjs';
import type { TensorOf } from '#science/tensors/tensor.ts';

/** Where a row lies in the picture. */
export type Place = readonly [x: number, y: number];

export const LAYOUT_ITERATIONS = 500;
/** Neighbours that a row has about; of few rows a third of them. */
const MOST_PERPLEXITY = 30;
/** Of fewer a picture says nothing, and t-SNE may not converge. */
const FEWEST_ROWS = 20;
/** Iterations between two yields: about a second for a thousand rows. */
const STEP = 25;

/**
 * Lays rows out in a plane, so that near ones lie together (t-SNE, van der Maaten & Hinton 2008; 500 iterations, as DruidJS does
 * them in JavaScript alone). The same rows and seed give the same bits. Yields how many are done.
 * @param rows (n, d)
 */
export function* tsneLayout({ shape, data }: TensorOf<'F32'>, seed: number): Generator<number, readonly Place[]> {
  // Its compiled kernels give the same numbers, and would be there or not depending on the machine.
  setWasmEnabled(false);
  const [count, width] = [shape[0]!, shape[1]!];
  const rows = Array.from({ length: count }, (_, row) => [...data.subarray(row * width, (row + 1) * width)]);
  if (count < FEWEST_ROWS) return rows.map(() => [0, 0]);
  const perplexity = Math.min(MOST_PERPLEXITY, Math.floor((count - 1) / 3));
  const layout = new TSNE(rows, { perplexity, seed });
  let places: readonly (readonly number[])[] = [];
  let iteration = 0;
  for (places of layout.generator(LAYOUT_ITERATIONS)) {
    iteration += 1;
    if (iteration % STEP === 0) yield iteration;
  }
  return places.map(([x, y]) => [x!, y!] as const);
}
