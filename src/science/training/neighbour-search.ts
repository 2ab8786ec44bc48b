import { Graph, type Result, type Value } from '#science/engine/graph.ts';
import { reshape } from '#science/engine/ops/shape.ts';
import { encodeOnnxModel } from '#science/engine/onnx-model.ts';
import { answered, type Program, type TensorRuntime } from '#science/engine/runtime.port.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { nearOrder } from './near-order.ts';
import { NearestCandidates } from './nearest-candidates.ts';
import type { Neighbours, UnitRows } from './neighbours.ts';

/** Rows of a block: its products (BLOCK²) stay in the processor's second cache. */
const BLOCK = 512;
/** Products of one row that lie side by side, of which one maximum is looked at. */
const GROUP = 32;
const GROUPS = (BLOCK * BLOCK) / GROUP;

/**
 * Finds the neighbours that `nearestNeighbours` defines, of tens of thousands of rows in less than a second.
 *
 * The cosines are products of blocks of rows, in single precision; the matrix is symmetric, so that each block above the
 * diagonal serves its rows and its columns. Out of the runtime come only the groups of 32 products of which one reaches the
 * K-th best so far of its row or its column: the rows are put in an order in which near ones come close together and first, so
 * that these soon are few, and a runtime that copies what it gives back has little to copy. What single precision cannot decide
 * is kept, and decided in double precision at the end.
 */
export class NeighbourSearch {
  readonly #nearestColumns = { dtype: 'I64', shape: [BLOCK], data: new BigInt64Array(BLOCK) } as const;

  #latest: Neighbours | null = null;

  private constructor(
    private readonly blocks: Program,
    private readonly landmarks: Program,
    private readonly dimension: number,
  ) {}

  static async load(runtime: TensorRuntime, dimension: number): Promise<NeighbourSearch> {
    const [blocks, landmarks] = [blockModel(dimension), landmarkModel(dimension)];
    return new NeighbourSearch(await runtime.load(blocks), await runtime.load(landmarks), dimension);
  }

  async nearest(vectors: UnitRows, k: number): Promise<Neighbours> {
    const order = await this.#order(vectors);
    const rows = rowsAt(vectors, order);
    const candidates = new NearestCandidates({ data: rows, dimension: this.dimension }, order, k, this.#latest);
    const blocks = Math.ceil(order.length / BLOCK);
    // Blocks with themselves first, then with those close by: soon every row knows K that are near, and few others pass it.
    for (let distance = 0; distance < blocks; distance++) {
      for (let block = 0; block + distance < blocks; block++) {
        await this.#offerBlock(candidates, rows, [block * BLOCK, (block + distance) * BLOCK]);
      }
    }
    this.#latest = candidates.nearest();
    return this.#latest;
  }

  async release(): Promise<void> {
    await this.blocks.release();
    await this.landmarks.release();
  }

  /** The rows by the nearest of BLOCK of them, so that near ones come close together. */
  async #order(vectors: UnitRows): Promise<Int32Array> {
    const { dimension } = this;
    const n = vectors.data.length / dimension;
    const chosen = Int32Array.from({ length: BLOCK }, (_, at) => Math.floor((at * n) / BLOCK));
    const some = { data: rowsAt(vectors, chosen), dimension };
    const columns = this.#block(rowsAt(some, nearOrder(some)), 0);
    const all = Int32Array.from({ length: n }, (_, row) => row);
    const rows = rowsAt(vectors, all);
    const nearest = new Int32Array(n);
    for (let first = 0; first < n; first += BLOCK) {
      await this.landmarks.run({ rows: this.#block(rows, first), columns }, { nearest: this.#nearestColumns });
      for (let row = first; row < Math.min(first + BLOCK, n); row++)
        nearest[row] = Number(this.#nearestColumns.data[row - first]);
    }
    return all.sort((left, right) => nearest[left]! - nearest[right]!);
  }

  /** (BLOCK, d) */
  #block(rows: Float32Array, first: number): TensorOf<'F32'> {
    const data = rows.subarray(first * this.dimension, (first + BLOCK) * this.dimension);
    return { dtype: 'F32', shape: [BLOCK, this.dimension], data };
  }

  /** To the rows that begin at `first` those that begin at `second`, and the other way round. */
  async #offerBlock(
    candidates: NearestCandidates,
    rows: Float32Array,
    [first, second]: readonly [number, number],
  ): Promise<void> {
    const { thresholds } = candidates;
    const isSquare = first === second;
    const ofColumns = isSquare ? UNREACHED : thresholds.subarray(second, second + BLOCK);
    const answer = await this.blocks.answer({
      rows: this.#block(rows, first),
      columns: this.#block(rows, second),
      rowThresholds: numbers(thresholds.subarray(first, first + BLOCK), [BLOCK, 1]),
      columnThresholds: numbers(ofColumns, [1, BLOCK / GROUP, GROUP]),
    });
    const [groups, products] = [answered(answer, 'groups', 'I64'), answered(answer, 'products', 'F32')];
    for (let found = 0; found < groups.length; found++) {
      const at = Number(groups[found]) * GROUP;
      const [row, column] = [first + Math.floor(at / BLOCK), second + (at % BLOCK)];
      // Millions are looked at: what only `take` changes is not looked up for each.
      let threshold = thresholds[row]!;
      for (let step = 0, place = found * GROUP; step < GROUP; step++) {
        const cosine = products[place + step]!;
        if (cosine >= threshold) {
          candidates.take(row, column + step, cosine);
          threshold = thresholds[row]!;
        }
        if (!isSquare && cosine >= thresholds[column + step]!) candidates.take(column + step, row, cosine);
      }
    }
  }
}

/** Thresholds of the columns of a block with itself: every product is already one of a row. */
const UNREACHED = new Float32Array(BLOCK).fill(Infinity);

/** (⌈n / BLOCK⌉ BLOCK, d): some rows in their order, and zeros to fill the last block. */
function rowsAt({ data, dimension }: UnitRows, rows: Int32Array): Float32Array {
  const gathered = new Float32Array(Math.ceil(rows.length / BLOCK) * BLOCK * dimension);
  for (const [place, row] of rows.entries())
    gathered.set(data.subarray(row * dimension, (row + 1) * dimension), place * dimension);
  return gathered;
}

/**
 * Of the products of `rows` and `columns` (BLOCK, d) the groups in which one reaches the threshold of its row or its column:
 * their numbers (passing) and their products (passing, GROUP).
 */
function blockModel(dimension: number): Uint8Array {
  const graph = new Graph();
  const rowThresholds = graph.input('rowThresholds', [BLOCK, 1]);
  const columnThresholds = graph.input('columnThresholds', [1, BLOCK / GROUP, GROUP]);
  const products = reshape(productsIn(graph, dimension), [BLOCK, BLOCK / GROUP, GROUP]);
  const excess = graph.emit('Sub', [products, columnThresholds], { shape: products.shape });
  const [ofRow, ofColumn] = [reaches(largest(products), rowThresholds), reaches(largest(excess), graph.scalar(0))];
  const passes = graph.emit('Or', [ofRow, ofColumn], { shape: ofRow.shape });
  const cells = reshape(integers('NonZero', reshape(passes, [GROUPS]), { shape: [1, 'passing'] }), ['passing']);
  const groups = reshape(products, [GROUPS, GROUP]);
  graph.output('groups', cells);
  graph.output('products', graph.emit('Gather', [groups, cells], { shape: ['passing', GROUP] }));
  return encodeOnnxModel(graph);
}

/** Of `rows` and `columns` (BLOCK, d), the column of the largest product of each row. */
function landmarkModel(dimension: number): Uint8Array {
  const graph = new Graph();
  graph.output(
    'nearest',
    integers('ArgMax', productsIn(graph, dimension), { shape: [BLOCK], attributes: { axis: 1, keepdims: 0 } }),
  );
  return encodeOnnxModel(graph);
}

function productsIn(graph: Graph, dimension: number): Value {
  const operands = ['rows', 'columns'].map((name) => graph.input(name, [BLOCK, dimension]));
  return graph.emit('Gemm', operands, { shape: [BLOCK, BLOCK], attributes: { transB: 1 } });
}

function largest(groups: Value): Value {
  const result = { shape: groups.shape.slice(0, -1), attributes: { keepdims: 0 } };
  return groups.graph.emit('ReduceMax', [groups, groups.graph.integers(-1)], result);
}

function reaches(x: Value, threshold: Value): Value {
  return x.graph.emit('GreaterOrEqual', [x, threshold], { shape: x.shape, type: 'bool' });
}

function integers(operator: string, x: Value, result: Omit<Result, 'type'>): Value {
  return x.graph.emit(operator, [x], { ...result, type: 'int64' });
}

function numbers(data: Float32Array, shape: readonly number[]): TensorOf<'F32'> {
  return { dtype: 'F32', shape, data };
}
