import { Graph, type Value } from '#science/engine/graph.ts';
import { encodeOnnxModel } from '#science/engine/onnx-model.ts';
import type { Program, TensorRuntime } from '#science/engine/runtime.port.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
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
 * K-th best so far. What single precision cannot decide is kept, and decided in double precision at the end.
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
    const candidates = new NearestCandidates(vectors, k, this.#latest);
    const blocks = Math.ceil(vectors.data.length / this.dimension / BLOCK);
    const padded = new Float32Array(blocks * BLOCK * this.dimension);
    padded.set(vectors.data);
    // The diagonal first: after it every row knows K that are near, and few are offered to a column, which costs more than to a row.
    for (let block = 0; block < blocks; block++) {
      await this.#multiply(padded, block, block);
      this.#offerRows(candidates, block * BLOCK, block * BLOCK);
    }
    for (let block = 0; block < blocks; block++) {
      for (let other = block + 1; other < blocks; other++) {
        await this.#multiply(padded, block, other);
        this.#offerRows(candidates, block * BLOCK, other * BLOCK);
        this.#offerColumns(candidates, block * BLOCK, other * BLOCK);
      }
    }
    this.#latest = candidates.nearest();
    return this.#latest;
  }

  release(): Promise<void> {
    return this.program.release();
  }

  async #multiply(padded: Float32Array, block: number, other: number): Promise<void> {
    const rowsOf = (at: number): TensorOf<'F32'> => ({
      dtype: 'F32',
      shape: [BLOCK, this.dimension],
      data: padded.subarray(at * BLOCK * this.dimension, (at + 1) * BLOCK * this.dimension),
    });
    const outputs = { products: this.#products, rowMaxima: this.#rowMaxima, columnMaxima: this.#columnMaxima };
    await this.program.run({ rows: rowsOf(block), columns: rowsOf(other) }, outputs);
  }

  /** To the rows that begin at `first`, those that begin at `second`. */
  #offerRows(candidates: NearestCandidates, first: number, second: number): void {
    const [products, maxima] = [this.#products.data, this.#rowMaxima.data];
    const { thresholds } = candidates;
    const rows = candidates.rowsFrom(first, BLOCK);
    for (let row = 0; row < rows; row++) {
      for (let group = 0; group < ROW_GROUPS; group++) {
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
