import type { TensorRuntime } from '#science/engine/runtime.port.ts';
import type { IntentLabels } from '#science/intents/intent-labels.ts';
import type { IntentRecommender } from '#science/models/intent-recommender.ts';
import type { Rng } from '#science/random/stream.ts';
import type { Notes } from './checkpoint.ts';
import type { Contexts } from './contexts.ts';
import { Course } from './course.ts';
import {
  confidenceThreshold,
  confidentContexts,
  type EnrichedTargets,
  enrichedTargets,
  type EnrichmentSettings,
  labelCoverage,
  usesNeighbours,
} from './enrichment.ts';
import { EpochLessons } from './epoch-lessons.ts';
import { intentBank } from './intent-bank.ts';
import { NeighbourSearch } from './neighbour-search.ts';
import { blended, labelDistribution, type SessionLabels, sessionLabels, smoothed } from './session-labels.ts';
import type { IntentGradient } from './training-loss.ts';

/** What a predictor is taught, and how (science C.8). */
export interface TeachingSettings {
  readonly labels: IntentLabels;
  /** ε */
  readonly smoothing: number;
  readonly gradient: IntentGradient;
  /** λ_int and λ_enr */
  readonly loss: { readonly intent: number; readonly enrichment: number };
  /** `null`: labels alone are taught. */
  readonly enrichment: EnrichmentSettings | null;
  /** E_s, the first epoch with enrichment, and E_r, how many more until it has its full weight. */
  readonly schedule: EnrichmentSchedule;
}

export interface EnrichmentSchedule {
  readonly start: number;
  readonly ramp: number;
}

/** An epoch as it is taught. */
export interface TaughtEpoch {
  readonly lessons: EpochLessons;
  /** After the epoch: what came of it, by the names of metrics. */
  measures(): Readonly<Record<string, number>>;
  /** What the training remembers of it. */
  readonly notes: Notes;
}

/** What an epoch with enrichment begins with. */
interface Enriched extends EnrichedTargets {
  readonly confident: Int32Array;
  readonly measures: Readonly<Record<string, number>>;
  readonly threshold: number;
}

/** Sessions with a label in a step, and confident ones without. */
const LABELLED_BATCH = 16;
const CONFIDENT_BATCH = 32;

/** The notes of a training: the confidence that was asked for when enrichment began, and in how many epochs so far it acted. */
const THRESHOLD = 'confidenceThreshold';
export const ENRICHMENT_ACTIVE_EPOCHS = 'enrichmentActiveEpochs';

/** Whether any epoch asks what a teacher makes of the sessions. */
export function needsTeacher({ enrichment, labels, loss }: TeachingSettings): boolean {
  if (enrichment === null) return false;
  const hasLabels = labels.intents.length > 0;
  if (enrichment.strategy === 'labelled-only' && !hasLabels) return false;
  return loss.enrichment > 0 || (loss.intent > 0 && hasLabels && enrichment.blend < 1);
}

/** ramp(e) = clip((e − E_s) / E_r, 0, 1); without a ramp the whole weight from E_s on. */
export function rampAt(epoch: number, { start, ramp }: EnrichmentSchedule): number {
  if (ramp === 0) return epoch >= start ? 1 : 0;
  return Math.min(1, Math.max(0, (epoch - start) / ramp));
}

/** Decides for each epoch who is taught what. */
export class Teaching {
  readonly #labels: SessionLabels;
  readonly #search: NeighbourSearch | null;

  private constructor(
    private readonly settings: TeachingSettings,
    private readonly contexts: Contexts,
    search: NeighbourSearch | null,
  ) {
    this.#labels = sessionLabels(settings.labels, contexts);
    this.#search = search;
  }

  static async open(
    runtime: TensorRuntime,
    settings: TeachingSettings,
    { contexts, dimension }: { readonly contexts: Contexts; readonly dimension: number },
  ): Promise<Teaching> {
    const { enrichment } = settings;
    const searches = enrichment !== null && usesNeighbours(enrichment) && needsTeacher(settings);
    return new Teaching(settings, contexts, searches ? await NeighbourSearch.load(runtime, dimension) : null);
  }

  /**
   * @param teacher gives the model of the teacher, where one is needed.
   * @param chance of the epoch and a name.
   */
  async begin(epoch: number, { teacher, intents, chance, notes }: EpochStart): Promise<TaughtEpoch> {
    const isEnriched = needsTeacher(this.settings) && epoch >= this.settings.schedule.start;
    const enriched = isEnriched ? await this.#enrich(await teacher(), notes) : null;
    const labelled = this.#labelledCourse(enriched, intents, chance('labelled'));
    const confident = enriched === null ? null : this.#confidentCourse(enriched, epoch, { intents, chance });
    const courses = [labelled, confident].filter((course) => course !== null);
    const acts = confident !== null || (labelled !== null && this.#blends(enriched));
    return {
      lessons: new EpochLessons(this.contexts.items, intents, courses),
      measures: () => ({ ...enriched?.measures, ...measuresOf(labelled, confident) }),
      notes: {
        ...(enriched === null ? {} : { [THRESHOLD]: enriched.threshold }),
        [ENRICHMENT_ACTIVE_EPOCHS]: (notes[ENRICHMENT_ACTIVE_EPOCHS] ?? 0) + (acts ? 1 : 0),
      },
    };
  }

  async release(): Promise<void> {
    await this.#search?.release();
  }

  async #enrich(model: IntentRecommender, notes: Notes): Promise<Enriched> {
    const settings = this.#enrichment();
    const bank = await intentBank(model, this.contexts.items);
    const vectors = { data: bank.hidden, dimension: model.itemTable.shape[1]! };
    const neighbours = (await this.#search?.nearest(vectors, settings.neighbours)) ?? null;
    const targets = enrichedTargets(bank, this.#labels, { settings, neighbours });
    const { confidence } = targets;
    const threshold = notes[THRESHOLD] ?? confidenceThreshold(settings.confidence, confidence, this.#labels);
    const coverage = neighbours === null ? {} : { labelCoverage: labelCoverage(neighbours, this.#labels) };
    return {
      ...targets,
      confident: confidentContexts(targets, this.#labels, threshold),
      measures: { confidenceThreshold: threshold, ...coverage },
      threshold,
    };
  }

  #labelledCourse(enriched: EnrichedTargets | null, intents: number, rng: Rng): Course | null {
    const { labelled } = this.#labels;
    const { smoothing, loss } = this.settings;
    if (labelled.length === 0 || loss.intent === 0) return null;
    const distributionOf = (context: number): Float32Array => {
      const label = smoothed(labelDistribution(this.#labels.intents[context]!, intents), smoothing);
      if (enriched?.exists[context] !== 1) return label;
      return blended(label, rowOf(enriched.distributions, context, intents), this.#enrichment().blend);
    };
    const importanceOf = (): number => 1;
    return new Course({
      members: labelled,
      batch: LABELLED_BATCH,
      rng,
      distributionOf,
      importanceOf,
      lambda: loss.intent,
    });
  }

  #confidentCourse(
    enriched: Enriched,
    epoch: number,
    { intents, chance }: Pick<EpochStart, 'intents' | 'chance'>,
  ): Course | null {
    const lambda = this.settings.loss.enrichment * rampAt(epoch, this.settings.schedule);
    if (enriched.confident.length === 0 || lambda === 0) return null;
    return new Course({
      members: enriched.confident,
      batch: CONFIDENT_BATCH,
      rng: chance('confident'),
      distributionOf: (context) => rowOf(enriched.distributions, context, intents),
      importanceOf: (context) => enriched.confidence[context]!,
      lambda,
    });
  }

  /** Whether a label is blended with what enrichment says of its session. */
  #blends(enriched: EnrichedTargets | null): boolean {
    if (enriched === null || this.#enrichment().blend === 1) return false;
    return this.#labels.labelled.some((context) => enriched.exists[context] === 1);
  }

  #enrichment(): EnrichmentSettings {
    const { enrichment } = this.settings;
    if (enrichment === null) throw new TypeError('The training has no enrichment.');
    return enrichment;
  }
}

/** What an epoch is begun with. */
export interface EpochStart {
  readonly teacher: () => Promise<IntentRecommender>;
  /** M */
  readonly intents: number;
  readonly chance: (name: string) => Rng;
  /** Of the epoch before. */
  readonly notes: Notes;
}

function measuresOf(labelled: Course | null, confident: Course | null): Readonly<Record<string, number>> {
  return {
    ...(labelled === null ? {} : { 'loss.intent': labelled.loss, passesPerLabel: labelled.passes }),
    ...(confident === null ? {} : { 'loss.enrichment': confident.loss }),
  };
}

function rowOf(matrix: Float32Array, row: number, width: number): Float32Array {
  return matrix.subarray(row * width, (row + 1) * width);
}
