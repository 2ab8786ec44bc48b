import { Graph, type Value } from '#science/engine/graph.ts';
import { encodeOnnxModel } from '#science/engine/onnx-model.ts';
import type { Program, TensorRuntime } from '#science/engine/runtime.port.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { nearOrder } from './near-order.ts';
import { NearestCandidates } from './nearest-candidates.ts';
import type { Neighbours, UnitRows } from './neighbours.ts';

/** Rows of a block: its products (BLOCK²) stay in the processor's second cache. */
const BLOCK = 512;
/** Products of which one maximum is looked at: along a row they lie together, along a column far apart. */
const IN_ROW = 32;
const IN_COLUMN = 16;
const ROW_GROUPS = BLOCK / IN_ROW;
const COLUMN_GROUPS = BLOCK / IN_COLUMN;

/**
 * Finds the neighbours that `nearestNeighbours` defines, of tens of thousands of rows in less than a second.
 *
 * The cosines are products of blocks of rows, in single precision; the matrix is symmetric, so that each block above the
 * diagonal serves its rows and its columns. A row passes a group of 32 products by where not even their maximum reaches its
 * K-th best so far; the rows are put in an order in which near ones come close together and first, so that it soon passes by most. What single precision cannot decide is kept, and decided in double precision at the end.
 */
export class NeighbourSearch {
  readonly #products = matrix(BLOCK, BLOCK);
  readonly #rowMaxima = matrix(BLOCK, ROW_GROUPS);
  readonly #columnMaxima = matrix(COLUMN_GROUPS, BLOCK);

  #latest: Neighbours | null = null;

  private constructor(
    private readonly program: Program,
    private readonly dimension: number,
  ) {}

  static async load(runtime: TensorRuntime, dimension: number): Promise<NeighbourSearch> {
    return new NeighbourSearch(await runtime.load(blockModel(dimension)), dimension);
  }

  async nearest(vectors: UnitRows, k: number): Promise<Neighbours> {
    const order = await this.#order(vectors);
    const rows = rowsAt(vectors, order);
    const candidates = new NearestCandidates({ data: rows, dimension: this.dimension }, order, k, this.#latest);
    const blocks = Math.ceil(order.length / BLOCK);
    // Blocks with themselves first, then with those close by: soon every row knows K that are near, and few others pass it.
    for (let distance = 0; distance < blocks; distance++) {
      for (let block = 0; block + distance < blocks; block++) {
        const [first, second] = [block * BLOCK, (block + distance) * BLOCK];
        await this.#multiply(this.#blockFrom(rows, first), this.#blockFrom(rows, second));
        this.#offerRows(candidates, first, second);
        if (distance > 0) this.#offerColumns(candidates, first, second);
      }
    }
    this.#latest = candidates.nearest();
    return this.#latest;
  }

  release(): Promise<void> {
    return this.program.release();
  }

  /** The rows by the nearest of BLOCK of them, so that near ones come close together. */
  async #order(vectors: UnitRows): Promise<Int32Array> {
    const { dimension } = this;
    const n = vectors.data.length / dimension;
    const chosen = Int32Array.from({ length: BLOCK }, (_, at) => Math.floor((at * n) / BLOCK));
    const some = { data: rowsAt(vectors, chosen), dimension };
    const columns = rowsAt(some, nearOrder(some));
    const all = Int32Array.from({ length: n }, (_, row) => row);
    const rows = rowsAt(vectors, all);
    const nearest = new Int32Array(n);
    for (let first = 0; first < n; first += BLOCK) {
      await this.#multiply(this.#blockFrom(rows, first), columns);
      for (let row = first; row < Math.min(first + BLOCK, n); row++) nearest[row] = this.#nearestColumn(row - first);
    }
    return all.sort((left, right) => nearest[left]! - nearest[right]!);
  }

  #nearestColumn(row: number): number {
    const maxima = this.#rowMaxima.data.subarray(row * ROW_GROUPS, (row + 1) * ROW_GROUPS);
    const largest = Math.max(...maxima);
    return this.#products.data
      .subarray(row * BLOCK, (row + 1) * BLOCK)
      .indexOf(largest, maxima.indexOf(largest) * IN_ROW);
  }

  #blockFrom(rows: Float32Array, first: number): Float32Array {
    return rows.subarray(first * this.dimension, (first + BLOCK) * this.dimension);
  }

  async #multiply(rows: Float32Array, columns: Float32Array): Promise<void> {
    const shape = [BLOCK, this.dimension];
    const inputs = {
      rows: { dtype: 'F32', shape, data: rows },
      columns: { dtype: 'F32', shape, data: columns },
    } as const;
    const outputs = { products: this.#products, rowMaxima: this.#rowMaxima, columnMaxima: this.#columnMaxima };
    await this.program.run(inputs, outputs);
  }

  /** To the rows that begin at `first`, those that begin at `second`. */
  #offerRows(candidates: NearestCandidates, first: number, second: number): void {
    const [products, maxima] = [this.#products.data, this.#rowMaxima.data];
    const { thresholds } = candidates;
    const rows = candidates.rowsFrom(first, BLOCK);
    for (let row = 0; row < rows; row++) {
      // In a block with itself the nearest come soonest so: what comes later is seldom taken.
      const own = Math.floor(row / IN_ROW);
      for (let step = 0; step < ROW_GROUPS; step++) {
        const group = (own + step) % ROW_GROUPS;
        if (maxima[row * ROW_GROUPS + group]! < thresholds[first + row]!) continue;
        const at = group * IN_ROW;
        const place = row * BLOCK + at;
        offerGroup(candidates, first + row, { products, place, stride: 1, size: IN_ROW, other: second + at });
      }
    }
  }

  /** To the rows that begin at `second`, those that begin at `first`. */
  #offerColumns(candidates: NearestCandidates, first: number, second: number): void {
    const [products, maxima] = [this.#products.data, this.#columnMaxima.data];
    const { thresholds } = candidates;
    const columns = candidates.rowsFrom(second, BLOCK);
    for (let group = 0; group < COLUMN_GROUPS; group++) {
      for (let column = 0; column < columns; column++) {
        if (maxima[group * BLOCK + column]! < thresholds[second + column]!) continue;
        const at = group * IN_COLUMN;
        const place = at * BLOCK + column;
        offerGroup(candidates, second + column, { products, place, stride: BLOCK, size: IN_COLUMN, other: first + at });
      }
    }
  }
}

/** (⌈n / BLOCK⌉ BLOCK, d): some rows in their order, and zeros to fill the last block. */
function rowsAt({ data, dimension }: UnitRows, rows: Int32Array): Float32Array {
  const gathered = new Float32Array(Math.ceil(rows.length / BLOCK) * BLOCK * dimension);
  for (const [place, row] of rows.entries())
    gathered.set(data.subarray(row * dimension, (row + 1) * dimension), place * dimension);
  return gathered;
}

/** Products of a row with others that follow each other: those at `place`, `place + stride`, … */
interface ProductGroup {
  readonly products: Float32Array;
  readonly place: number;
  readonly stride: number;
  readonly size: number;
  /** The first of the others. */
  readonly other: number;
}

function offerGroup(
  candidates: NearestCandidates,
  row: number,
  { products, place, stride, size, other }: ProductGroup,
): void {
  const { thresholds } = candidates;
  for (let at = 0; at < size; at++) {
    const cosine = products[place + at * stride]!;
    if (cosine >= thresholds[row]!) candidates.take(row, other + at, cosine);
  }
}

/** `rows` and `columns` (BLOCK, d) to their `products`, and the maxima of groups of them along each row and each column. */
function blockModel(dimension: number): Uint8Array {
  const graph = new Graph();
  const rows = graph.input('rows', [BLOCK, dimension]);
  const columns = graph.input('columns', [BLOCK, dimension]);
  const products = graph.emit('Gemm', [rows, columns], { shape: [BLOCK, BLOCK], attributes: { transB: 1 } });
  graph.output('products', products);
  graph.output('rowMaxima', maxima(products, [BLOCK, ROW_GROUPS, IN_ROW], 2));
  graph.output('columnMaxima', maxima(products, [COLUMN_GROUPS, IN_COLUMN, BLOCK], 1));
  return encodeOnnxModel(graph);
}

/** Of a matrix in another shape, the largest number along an axis. */
function maxima(x: Value, shape: readonly number[], axis: number): Value {
  const grouped = x.graph.emit('Reshape', [x, x.graph.integers(...shape)], { shape });
  const result = { shape: shape.toSpliced(axis, 1), attributes: { keepdims: 0 } };
  return x.graph.emit('ReduceMax', [grouped, x.graph.integers(axis)], result);
}

function matrix(rows: number, columns: number): TensorOf<'F32'> {
  return { dtype: 'F32', shape: [rows, columns], data: new Float32Array(rows * columns) };
}
