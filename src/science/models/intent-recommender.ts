import { Graph } from '#science/engine/graph.ts';
import { encodeOnnxModel } from '#science/engine/onnx-model.ts';
import { dotProducts } from '#science/engine/ops/matmul.ts';
import type { Program, TensorRuntime } from '#science/engine/runtime.port.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { foldedFusion, foldedIntents, foldedShapes, foldPredictor } from './folded-predictor.ts';
import { INTENT_PRIOR, type PredictorShape, predictorWeightShapes } from './intent-predictor.ts';
import type { BatchRecommender, Scores } from './recommender.ts';
import { SasrecPrograms, type SasrecRecommender } from './sasrec-recommender.ts';
import type { SasrecShape } from './sasrec.ts';
import { ScoreRows } from './score-rows.ts';
import { weightInputs, type Weights, type WeightShapes } from './weights.ts';

/** A backbone with an intent predictor in use. Its scores are of the session's embedding with its intents in it. */
export interface IntentRecommender extends SasrecRecommender {
  readonly predictor: PredictorShape;
  /** Of backbone and predictor. */
  readonly weights: Weights;
  /**
   * (prefixes, M): the probabilities of the intents of each session so far.
   * @throws NoKnownItemError
   */
  intentsOf(prefixes: readonly Int32Array[]): Promise<TensorOf<'F32'>>;
  /** The scores of `scoreAll` and the probabilities of `intentsOf` at once, for hardly more than the scores alone. */
  answer(prefixes: readonly Int32Array[]): Promise<IntentAnswer>;
  /** (n, M): the same of sessions that are encoded already, (n, d). */
  intentsAt(hidden: TensorOf<'F32'>): Promise<TensorOf<'F32'>>;
}

export interface IntentAnswer {
  /** Valid until the next call. */
  readonly scores: readonly Scores[];
  /** (prefixes, M) */
  readonly intents: TensorOf<'F32'>;
}

export function hasIntents(recommender: BatchRecommender): recommender is IntentRecommender {
  return 'intentsOf' in recommender;
}

/** The programs of a backbone and a predictor of some shapes, which take any weights. */
export class IntentPrograms {
  readonly #backbone: SasrecPrograms;
  readonly #predictor: Program;
  readonly #scorer: Program;
  readonly #shape: SasrecShape;
  readonly #intents: PredictorShape;

  private constructor(
    shapes: { readonly shape: SasrecShape; readonly intents: PredictorShape },
    programs: { readonly backbone: SasrecPrograms; readonly predictor: Program; readonly scorer: Program },
  ) {
    this.#shape = shapes.shape;
    this.#intents = shapes.intents;
    this.#backbone = programs.backbone;
    this.#predictor = programs.predictor;
    this.#scorer = programs.scorer;
  }

  static async load(runtime: TensorRuntime, shape: SasrecShape, intents: PredictorShape): Promise<IntentPrograms> {
    const programs = {
      backbone: await SasrecPrograms.load(runtime, shape),
      predictor: await runtime.load(predictorModel(shape, intents)),
      scorer: await runtime.load(scorerModel(shape, intents)),
    };
    return new IntentPrograms({ shape, intents }, programs);
  }

  recommender(weights: Weights): IntentRecommender {
    const backbone = this.#backbone.recommender(weights);
    const items = backbone.itemTable;
    const folded = foldPredictor(weights, this.#intents);
    const intentsAt = async (hidden: TensorOf<'F32'>): Promise<TensorOf<'F32'>> => {
      const probabilities = this.#probabilities(hidden.shape[0]!);
      await this.#predictor.run({ ...folded, hidden }, { probabilities });
      return probabilities;
    };
    const rows = new ScoreRows(this.#shape.itemCount);
    const answer = async (prefixes: readonly Int32Array[]): Promise<IntentAnswer> => {
      const hidden = await backbone.encode(prefixes);
      const [scores, probabilities] = [rows.tensor(prefixes.length), this.#probabilities(prefixes.length)];
      await this.#scorer.run({ ...folded, items, hidden }, { scores, probabilities });
      return { scores: rows.rows(prefixes.length), intents: probabilities };
    };
    return {
      ...backbone,
      predictor: this.#intents,
      weights,
      intentsAt,
      intentsOf: async (prefixes) => intentsAt(await backbone.encode(prefixes)),
      answer,
      scoreAll: async (prefixes) => (await answer(prefixes)).scores,
    };
  }

  #probabilities(sessions: number): TensorOf<'F32'> {
    const { intents } = this.#intents;
    return { dtype: 'F32', shape: [sessions, intents], data: new Float32Array(sessions * intents) };
  }

  async release(): Promise<void> {
    await this.#backbone.release();
    await this.#predictor.release();
    await this.#scorer.release();
  }
}

/** Of a predictor in use: what it learned, and β. */
export function weightShapes(d: number, predictor: PredictorShape): WeightShapes {
  return { ...predictorWeightShapes(d, predictor), [INTENT_PRIOR]: [predictor.intents] };
}

function predictorModel({ dimension }: SasrecShape, predictor: PredictorShape): Uint8Array {
  const graph = new Graph();
  const folded = weightInputs(graph, foldedShapes(dimension, predictor));
  const hidden = graph.input('hidden', ['batch', dimension]);
  graph.output('probabilities', foldedIntents(hidden, folded));
  return encodeOnnxModel(graph);
}

function scorerModel({ dimension, itemCount }: SasrecShape, predictor: PredictorShape): Uint8Array {
  const graph = new Graph();
  const folded = weightInputs(graph, foldedShapes(dimension, predictor));
  const hidden = graph.input('hidden', ['batch', dimension]);
  const items = graph.input('items', [itemCount, dimension]);
  const probabilities = foldedIntents(hidden, folded);
  graph.output('scores', dotProducts(foldedFusion(hidden, probabilities, folded), items));
  graph.output('probabilities', probabilities);
  return encodeOnnxModel(graph);
}
