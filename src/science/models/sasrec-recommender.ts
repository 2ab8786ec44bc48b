import { DomainError } from '#kernel/domain-error.ts';
import { Graph } from '#science/engine/graph.ts';
import { encodeOnnxModel } from '#science/engine/onnx-model.ts';
import { dotProducts } from '#science/engine/ops/matmul.ts';
import { gatherRows } from '#science/engine/ops/rows.ts';
import type { Program, TensorRuntime } from '#science/engine/runtime.port.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { lastRows, layoutInputs, packSessions } from './packed-sessions.ts';
import type { BatchRecommender } from './recommender.ts';
import { encodeSasrec } from './sasrec-encoder.ts';
import { type SasrecShape, sasrecWeightShapes } from './sasrec.ts';
import { ScoreRows } from './score-rows.ts';
import { type Weights, weightInputs, weightsOf } from './weights.ts';

export class NoKnownItemError extends DomainError<'NO_KNOWN_ITEM'> {
  constructor(prefix: Int32Array, itemCount: number) {
    super(
      'NO_KNOWN_ITEM',
      `A session has no item that the model knows: it has [${prefix.join(', ')}], the model knows 1 to ${itemCount}. ` +
        `Give it an item from the training data.`,
    );
  }
}

/** Sessions at once: enough for the matrix products, and few enough for their scores to stay in the processor's cache. */
const BATCH = 64;

/** A SASRec in use: nothing is dropped, and of each session only what comes after its last item is kept. */
export interface SasrecRecommender extends BatchRecommender {
  /** (|V|, d) */
  readonly itemTable: TensorOf<'F32'>;
  /**
   * (prefixes, d): the embedding of each session so far. Items that the model does not know are passed over; of the others
   * the latest count, as many as it sees.
   * @throws NoKnownItemError
   */
  encode(prefixes: readonly Int32Array[]): Promise<TensorOf<'F32'>>;
}

/** The programs of a shape of SASRec, which take any weights: those of each epoch, without being loaded anew. */
export class SasrecPrograms {
  readonly #shape: SasrecShape;
  readonly #encoder: Program;
  readonly #scorer: Program;

  private constructor(shape: SasrecShape, encoder: Program, scorer: Program) {
    this.#shape = shape;
    this.#encoder = encoder;
    this.#scorer = scorer;
  }

  static async load(runtime: TensorRuntime, shape: SasrecShape): Promise<SasrecPrograms> {
    return new SasrecPrograms(shape, await runtime.load(encoderModel(shape)), await runtime.load(scorerModel(shape)));
  }

  recommender(weights: Weights): SasrecRecommender {
    const { itemCount, dimension, maxLength } = this.#shape;
    const itemTable = weights['embedding.items']!;
    const read = weightsOf(weights, sasrecWeightShapes(this.#shape));
    const encode = async (prefixes: readonly Int32Array[]): Promise<TensorOf<'F32'>> => {
      const seen = prefixes.map((prefix) => knownItems(prefix, itemCount).subarray(-maxLength));
      const hidden = floats([prefixes.length, dimension]);
      await this.#encoder.run({ ...read, ...packSessions(seen), last: lastRows(seen) }, { hidden });
      return hidden;
    };
    const rows = new ScoreRows(itemCount);
    return {
      itemCount,
      itemTable,
      batch: BATCH,
      encode,
      scoreAll: async (prefixes) => {
        const hidden = await encode(prefixes);
        await this.#scorer.run({ hidden, items: itemTable }, { scores: rows.tensor(prefixes.length) });
        return rows.rows(prefixes.length);
      },
    };
  }

  async release(): Promise<void> {
    await this.#encoder.release();
    await this.#scorer.release();
  }
}

function knownItems(prefix: Int32Array, itemCount: number): Int32Array {
  const known = prefix.filter((item) => item >= 1 && item <= itemCount);
  if (known.length === 0) throw new NoKnownItemError(prefix, itemCount);
  return known;
}

function encoderModel(shape: SasrecShape): Uint8Array {
  const graph = new Graph();
  const weights = weightInputs(graph, sasrecWeightShapes(shape));
  const hidden = encodeSasrec(weights, layoutInputs(graph), shape, (x) => x);
  graph.output('hidden', gatherRows(hidden, graph.input('last', ['batch'], 'int64')));
  return encodeOnnxModel(graph);
}

function scorerModel({ itemCount, dimension }: SasrecShape): Uint8Array {
  const graph = new Graph();
  const hidden = graph.input('hidden', ['batch', dimension]);
  graph.output('scores', dotProducts(hidden, graph.input('items', [itemCount, dimension])));
  return encodeOnnxModel(graph);
}

function floats(shape: readonly number[]): TensorOf<'F32'> {
  return { dtype: 'F32', shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)) };
}
