import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { CatalogueItem, DatasetsService } from '#features/datasets/datasets.service.ts';
import type { Stage, StageSource } from '#features/stages/domain/stage.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import type { TensorRuntime } from '#science/engine/runtime.port.ts';
import { explain, supportAlone } from '#science/intents/explanation.ts';
import { activeIntents, decodePool, type Intent } from '#science/intents/intent-pool.ts';
import { bestItems } from '#science/metrics/best-items.ts';
import { hasIntents } from '#science/models/intent-recommender.ts';
import { borrowRecommender } from '#science/models/recommender-file.ts';
import type { BatchRecommender } from '#science/models/recommender.ts';
import { decodeSafetensors, numbersOf } from '#science/tensors/safetensors.ts';
import { DatasetChangedError, recommenderMethodOf } from './domain/recommendable-trial.ts';
import { sessionItems } from './domain/session-items.ts';

export interface RecommendationRequest {
  /** An id or the beginning of one. */
  readonly trial: string;
  /** Ids of the data set, oldest first. */
  readonly items: readonly string[];
  /** How many items at most. */
  readonly limit: number;
}

export interface RecommendedItem {
  readonly id: string;
  readonly title: string | null;
  readonly score: number;
  /** As the evaluation counts it: 1 is best, equal scores share their mean. */
  readonly rank: number;
}

/** An intent of the trial's pool that explains the recommendations. */
export interface SessionIntent extends Pick<Intent, 'id' | 'name'> {
  readonly probability: number;
  /** Id of the item of the session that speaks for it most. */
  readonly evidence: string;
}

export interface Recommendations {
  readonly trial: Trial;
  readonly session: readonly Pick<CatalogueItem, 'id' | 'title'>[];
  readonly items: readonly RecommendedItem[];
  /** The likeliest first; empty for a method without intents that have a name, and where none stands out. */
  readonly intents: readonly SessionIntent[];
  /** From the session to the ordered items, with the model open. */
  readonly milliseconds: number;
}

export interface RecommendationTools {
  readonly trials: TrialsService;
  readonly stages: StagesService;
  readonly artifacts: ArtifactsService;
  readonly datasets: DatasetsService;
  readonly loadRuntime: () => Promise<TensorRuntime>;
}

/** Asks the models of finished trials. */
export class RecommendationsService {
  constructor(private readonly tools: RecommendationTools) {}

  /**
   * What a trial recommends after some items, under the rules of its evaluation: the model sees the latest items, as many
   * as its protocol lets it, and what was seen is left out where its protocol says so.
   * @throws TrialNotFoundError, TrialNotFinishedError, DatasetChangedError, UnknownItemError, EmptySessionError,
   * DamagedObjectError
   */
  async recommend({ trial: id, items, limit }: RecommendationRequest): Promise<Recommendations> {
    const trial = await this.tools.trials.get(id);
    const method = recommenderMethodOf(trial);
    const stages = await this.tools.stages.findByKeys(trial.stages);
    const sessions = stageOf(stages.values(), 'sessions');
    const known = await this.itemsOf(trial, sessions);
    const catalogue = await this.catalogueOf(sessions);
    const session = sessionItems(items, { dataset: trial.dataset, ids: known.map((item) => item.id), catalogue });
    const model = await this.read(inputOf(stageOf(stages.values(), 'evaluation'), 'model'));
    const pool = await this.intentsOf(stages.values());
    const { recommender, release } = await borrowRecommender(method, model, this.tools.loadRuntime);
    const asked = async () => {
      const given = await answer(recommender, session, { ...trial.protocol, limit });
      const seen = session.subarray(-trial.protocol.maxLength);
      return { ...given, intents: await explanation(recommender, seen, pool) };
    };
    const { best, milliseconds, intents } = await asked().finally(release);
    const itemOf = (item: number): CatalogueItem => at(known, at(catalogue, item - 1));
    return {
      trial,
      session: Array.from(session, (item) => ({ id: itemOf(item).id, title: itemOf(item).title })),
      items: best.map(({ item, score, rank }) => ({ id: itemOf(item).id, title: itemOf(item).title, score, rank })),
      intents: intents.map(({ evidence, ...intent }) => ({ ...intent, evidence: itemOf(evidence).id })),
      milliseconds,
    };
  }

  /** The intents that the trained model tells apart, in its order; none of a method that is not trained on a pool. */
  private async intentsOf(stages: Iterable<Stage>): Promise<readonly Intent[]> {
    for (const { kind, inputs } of stages) {
      const pool = kind === 'training' ? inputs['pool'] : undefined;
      if (pool !== undefined) return activeIntents(decodePool(await this.read(pool)));
    }
    return [];
  }

  /** The items of the data set that a trial was made from. */
  private async itemsOf(trial: Trial, sessions: Stage): Promise<readonly CatalogueItem[]> {
    const { datasets } = this.tools;
    const dataset = (await datasets.list()).find(({ name }) => name === trial.dataset);
    if (dataset === undefined) throw new DatasetChangedError(trial, 'is not registered any more');
    const interactions = inputOf(sessions, 'interactions');
    if (interactions.from !== 'dataset' || interactions.hash !== dataset.files.interactions)
      throw new DatasetChangedError(trial, 'has other interactions now');
    return datasets.readItems(dataset);
  }

  /** (|V|): the data set's index of each item of the model. */
  private async catalogueOf(sessions: Stage): Promise<Int32Array> {
    const bytes = await this.read({ from: 'stage', stage: sessions.key, artifact: 'catalogue.safetensors' });
    return numbersOf(decodeSafetensors(bytes), 'item', 'I32');
  }

  private async read(source: StageSource): Promise<Uint8Array> {
    if (source.from === 'dataset') return this.tools.artifacts.read(source.hash);
    const made = await this.tools.artifacts.of('stage', [source.stage]);
    const artifact = made.find(({ name }) => name === source.artifact);
    if (artifact === undefined) throw new Error(`Stage ${source.stage} made no ${source.artifact}.`);
    return this.tools.artifacts.read(artifact.hash);
  }
}

/** What the protocol says of recommending, and how many items are asked for. */
type Rules = Pick<Trial['protocol'], 'maskSeen' | 'maxLength'> & { readonly limit: number };

async function answer(recommender: BatchRecommender, session: Int32Array, { maskSeen, maxLength, limit }: Rules) {
  const startedAt = performance.now();
  const [scores] = await recommender.scoreAll([session.subarray(-maxLength)]);
  if (scores === undefined) throw new Error('The recommender gave no scores.');
  const best = bestItems(scores, new Set(maskSeen ? session : []), limit);
  return { best, milliseconds: performance.now() - startedAt };
}

/** The intents behind a session, named, with the item of the model that supports each. */
async function explanation(recommender: BatchRecommender, session: Int32Array, intents: readonly Intent[]) {
  if (!hasIntents(recommender) || intents.length === 0) return [];
  const { data } = await recommender.intentsOf([session]);
  const alone = await recommender.intentsOf(Array.from(session, (item) => Int32Array.of(item)));
  return explain(session, data, supportAlone(alone)).map(({ intent, probability, evidence }) => {
    const { id, name } = at(intents, intent);
    return { id, name, probability, evidence };
  });
}

function stageOf(stages: Iterable<Stage>, kind: Stage['kind']): Stage {
  for (const stage of stages) if (stage.kind === kind) return stage;
  throw new Error(`The trial has no stage ${kind}.`);
}

function inputOf({ key, inputs }: Stage, name: string): StageSource {
  const source = inputs[name];
  if (source === undefined) throw new Error(`Stage ${key} reads no ${name}.`);
  return source;
}

/** An item that the stages of the trial put there. */
function at<Element>(list: ArrayLike<Element>, index: number): Element {
  const element = list[index];
  if (element === undefined) throw new Error(`The catalogue of the trial has no place ${index}.`);
  return element;
}
