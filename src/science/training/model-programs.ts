import type { TensorRuntime } from '#science/engine/runtime.port.ts';
import { INTENT_PRIOR, type PredictorShape } from '#science/models/intent-predictor.ts';
import { hasIntents, IntentPrograms, type IntentRecommender } from '#science/models/intent-recommender.ts';
import { type IntentText, loadIntentBaking } from '#science/models/intent-text.ts';
import { type Baking, type ItemText, loadBaking } from '#science/models/item-text.ts';
import { SasrecPrograms, type SasrecRecommender } from '#science/models/sasrec-recommender.ts';
import type { SasrecShape } from '#science/models/sasrec.ts';
import type { Weights } from '#science/models/weights.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';

export interface ProgramSettings {
  readonly shape: SasrecShape;
  readonly text: ItemText | undefined;
  readonly intents:
    | {
        readonly predictor: PredictorShape;
        readonly prior: TensorOf<'F32'>;
        readonly text?: IntentText | undefined;
      }
    | undefined;
}

/** What turns the parameters of a training, those of any epoch, into a model in use. */
export class ModelPrograms {
  readonly #bakings: readonly Baking[];
  readonly #programs: SasrecPrograms | IntentPrograms;
  readonly #prior: Weights;

  private constructor(bakings: readonly Baking[], programs: SasrecPrograms | IntentPrograms, prior: Weights) {
    this.#bakings = bakings;
    this.#programs = programs;
    this.#prior = prior;
  }

  static async load(runtime: TensorRuntime, { shape, text, intents }: ProgramSettings): Promise<ModelPrograms> {
    const bakings = [await loadBaking(runtime, text, shape.dimension)];
    if (intents === undefined) return new ModelPrograms(bakings, await SasrecPrograms.load(runtime, shape), {});
    if (intents.text !== undefined) bakings.push(await loadIntentBaking(runtime, intents.text, shape.dimension));
    const programs = await IntentPrograms.load(runtime, shape, intents.predictor);
    return new ModelPrograms(bakings, programs, { [INTENT_PRIOR]: intents.prior });
  }

  /** The weights of a plain model, which needs no texts. */
  async bake(parameters: Weights): Promise<Weights> {
    let weights = parameters;
    for (const baking of this.#bakings) weights = await baking.bake(weights);
    return { ...weights, ...this.#prior };
  }

  async recommender(parameters: Weights): Promise<SasrecRecommender> {
    return this.#programs.recommender(await this.bake(parameters));
  }

  /** Of a model with a predictor. */
  async predictor(parameters: Weights): Promise<IntentRecommender> {
    const recommender = await this.recommender(parameters);
    if (!hasIntents(recommender)) throw new TypeError('The model has no intent predictor.');
    return recommender;
  }

  async release(): Promise<void> {
    for (const baking of this.#bakings) await baking.release();
    await this.#programs.release();
  }
}
