import { cosineOf, emptyNeighbours, type Neighbours, type UnitRows } from './neighbours.ts';

/** Candidates a row has room for, in K, before equal cosines are told apart by their numbers. */
const ROOM = 3;

/**
 * The candidates for the K nearest of each row, when cosines are known in single precision only.
 *
 * Let G be the K-th largest such cosine of a row and ε what it may be wrong by. The K rows that have G or more have at least
 * G − ε in truth, so the true K-th nearest has too, and is seen with at least G − 2ε: who has less is not among the K nearest.
 */
export class NearestCandidates {
  readonly #neighbours: Neighbours;
  readonly #capacity: number;
  /** (n): candidates of each row. */
  readonly #counts: Int32Array;
  /** (n and what fills them up): what a cosine must reach to be of interest; G − 2ε as soon as there are K. It only rises. */
  readonly thresholds: Float32Array;
  /** (n, capacity), by falling cosine in single precision. */
  readonly #rows: Int32Array;
  readonly #cosines: Float32Array;
  readonly #doubt: number;
  /** (capacity): the candidates of one row in their true order. */
  readonly #exactRows: Int32Array;
  readonly #exactCosines: Float64Array;
  readonly #n: number;

  /**
   * @param vectors n rows, and what fills them up.
   * @param numbers (n): by which the rows are known outside, and ties are broken.
   * @param guess rows that are likely near, by number: the better the guess, the fewer candidates are kept only to be dropped.
   */
  constructor(
    private readonly vectors: UnitRows,
    private readonly numbers: Int32Array,
    k: number,
    guess: Neighbours | null,
  ) {
    const n = numbers.length;
    this.#n = n;
    this.#neighbours = emptyNeighbours(n, k);
    this.#capacity = ROOM * this.#neighbours.count;
    this.#counts = new Int32Array(n);
    this.thresholds = new Float32Array(vectors.data.length / vectors.dimension).fill(Infinity).fill(-Infinity, 0, n);
    this.#rows = new Int32Array(n * this.#capacity);
    this.#cosines = new Float32Array(n * this.#capacity);
    this.#exactRows = new Int32Array(this.#capacity);
    this.#exactCosines = new Float64Array(this.#capacity);
    // ε ≤ d·2⁻²⁴ for vectors of length 1, whatever the order of the sum (Higham 2002, 3.1); 2ε, and as much for lengths near 1.
    this.#doubt = vectors.dimension * 2 ** -22;
    if (guess?.rows.length === this.#neighbours.rows.length) this.#expect(guess);
  }

  /** The K nearest are no farther than the farthest of any K rows. */
  #expect({ count, rows }: Neighbours): void {
    const places = new Int32Array(this.#n);
    for (const [place, number] of this.numbers.entries()) places[number] = place;
    for (let row = 0; row < this.#n; row++) {
      const first = this.numbers[row]! * count;
      let farthest = Infinity;
      for (let near = first; near < first + count; near++) {
        farthest = Math.min(farthest, cosineOf(this.vectors, row, places[rows[near]!]!));
      }
      this.thresholds[row] = farthest - this.#doubt;
    }
  }

  /** Whose cosine reaches the threshold of a row; the row itself, and padding beyond the last row, are not taken. */
  take(row: number, other: number, cosine: number): void {
    if (other === row || other >= this.#n) return;
    if (this.#counts[row] === this.#capacity) this.#keepNearest(row);
    // Millions are taken: their places are found without a look at the object for each.
    const [rows, cosines, first] = [this.#rows, this.#cosines, row * this.#capacity];
    let place = first + this.#counts[row]!;
    for (; place > first && cosines[place - 1]! < cosine; place--) {
      cosines[place] = cosines[place - 1]!;
      rows[place] = rows[place - 1]!;
    }
    cosines[place] = cosine;
    rows[place] = other;
    this.#counts[row]! += 1;
    this.#tighten(row, first);
  }

  nearest(): Neighbours {
    const { count, rows, cosines } = this.#neighbours;
    for (let row = 0; row < this.#n; row++) {
      this.#sortExactly(row);
      const first = this.numbers[row]! * count;
      for (let place = 0; place < count; place++) rows[first + place] = this.numbers[this.#exactRows[place]!]!;
      cosines.set(this.#exactCosines.subarray(0, count), first);
    }
    return this.#neighbours;
  }

  /** Raises the threshold to what the K-th asks for, and lets those go that miss it now. */
  #tighten(row: number, first: number): void {
    const { count } = this.#neighbours;
    const cosines = this.#cosines;
    let taken = this.#counts[row]!;
    if (taken < count) return;
    const threshold = Math.max(this.thresholds[row]!, cosines[first + count - 1]! - this.#doubt);
    while (cosines[first + taken - 1]! < threshold) taken -= 1;
    this.#counts[row] = taken;
    this.thresholds[row] = threshold;
  }

  /** Where more are equal, or nearly, than there is room for: the K that are nearest in truth stay. */
  #keepNearest(row: number): void {
    const { count } = this.#neighbours;
    this.#sortExactly(row);
    const kept = new Set(this.#exactRows.subarray(0, count));
    const first = row * this.#capacity;
    let place = first;
    for (let at = first; at < first + this.#capacity; at++) {
      if (!kept.has(this.#rows[at]!)) continue;
      this.#rows[place] = this.#rows[at]!;
      this.#cosines[place] = this.#cosines[at]!;
      place += 1;
    }
    this.#counts[row] = count;
  }

  /** The candidates of a row with their cosines in double precision, nearest first, ties by number: hardly another order. */
  #sortExactly(row: number): void {
    const [rows, cosines, { numbers }] = [this.#exactRows, this.#exactCosines, this];
    const first = row * this.#capacity;
    for (let at = 0; at < this.#counts[row]!; at++) {
      const other = this.#rows[first + at]!;
      const cosine = cosineOf(this.vectors, row, other);
      let place = at;
      for (
        ;
        place > 0 && isNearer(cosine - cosines[place - 1]!, numbers[rows[place - 1]!]! - numbers[other]!);
        place--
      ) {
        cosines[place] = cosines[place - 1]!;
        rows[place] = rows[place - 1]!;
      }
      cosines[place] = cosine;
      rows[place] = other;
    }
  }
}

/** By how much a cosine is larger than another, and where they are equal by how much its number comes earlier. */
function isNearer(larger: number, earlier: number): boolean {
  return larger > 0 || (larger === 0 && earlier > 0);
}
