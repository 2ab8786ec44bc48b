import { beforeAll, describe, expect, it } from 'vitest';
import { loadOnnxRuntime } from '#platform/onnx-runtime/on-demand.ts';
import { hardSession } from '#science/intents/hard-session.ts';
import { decodeLabels, type IntentLabels } from '#science/intents/intent-labels.ts';
import { decodePool, type IntentPool } from '#science/intents/intent-pool.ts';
import { type Loop, SessionQuestions } from '#science/intents/session-questions.ts';
import { hasIntents, type IntentRecommender } from '#science/models/intent-recommender.ts';
import { openRecommender } from '#science/models/recommender-file.ts';
import { stream } from '#science/random/stream.ts';
import { contextOf, eligibleSessions } from '#science/sessions/eligible-sessions.ts';
import type { SessionView } from '#science/sessions/session-view.ts';
import { openLoop } from '#science/stages/stage-loop.ts';
import type { LoopParameters } from '#science/stages/stage-profiling.ts';
import { generatePlantedDataset } from '#science/synthetic/planted-dataset.ts';
import { PLANTED_PRESETS } from '#science/synthetic/planted-options.ts';
import { decodeTruth } from '#science/synthetic/planted-truth.ts';
import { contextsOf } from '#science/training/contexts.ts';
import { enrichedTargets, type EnrichmentSettings } from '#science/training/enrichment.ts';
import { intentBank } from '#science/training/intent-bank.ts';
import { nearestNeighbours, type Neighbours } from '#science/training/neighbours.ts';
import { sessionLabels, shuffledLabels } from '#science/training/session-labels.ts';
import { decodeOrder } from '#science/uncertainty/session-order.ts';
import { binomialTail } from '../support/binomial-tail.ts';
import { type GivenIntents, informedHitRate, trainInformed } from '../support/informed-training.ts';
import {
  labelInformation,
  labelPrecision,
  lastContextIntent,
  matchedIntents,
  mutualInformation,
  type Planted,
  placeOfLargest,
  trueIntents,
} from '../support/planted-match.ts';
import { type FinishedTrial, PlantedTrials, type SettingsChange } from '../support/planted-trials.ts';

/**
 * What must be true of the method where the intents are known (science D, from its second truth on; the first is tested beside the
 * generator). The training sessions are those of `planted-effect`, all 931 eligible ones are profiled, and every band is of the
 * profile seeds 1 to 3, whose measured values stand beside it: the bands leave room for another processor's last digits.
 *
 * The language model makes no mistakes unless a test says so. By default it errs in a tenth of its answers, and of these the one
 * that consolidates the pool decides everything: under profile seed 1 it errs, the pool begins with 2 intents instead of 12, and
 * three attempts then reach .15 of the sessions instead of .23.
 */
const SEEDS = [1, 2, 3];
const SETTINGS: SettingsChange = {
  method: 'sprint',
  backbone: { dimension: 32, layers: 1 },
  warmUp: { epochs: 12, learningRate: 0.003 },
  // With more epochs, or a smaller rate and more of them, the backbone fits these few sessions too well.
  training: { epochs: 8, learningRate: 0.003, patience: 'off' },
  enrichment: { start: 1, ramp: 1 },
  selection: { ratio: 1 },
  probe: { randomIntents: 0 },
};

const dataset = generatePlantedDataset({
  ...PLANTED_PRESETS['planted-effect'],
  validSessions: 300,
  testSessions: 2000,
});
const { truth } = decodeTruth(dataset.truth);
const trials = new PlantedTrials(dataset);
const { train, test, catalogue } = trials.sets;
const planted: Planted = { train, truth, synonyms: dataset.synonyms };
const eligible = eligibleSessions(train);

/** Runs a trial of a seed, both of profiling and of training, to the last stage of a kind. */
function run(
  seed: number,
  until: Parameters<PlantedTrials['finish']>[1],
  { errorRate = 0, ...settings }: SettingsChange & { readonly errorRate?: number } = {},
): Promise<FinishedTrial> {
  const seeds = { train: seed, profile: seed };
  return trials.finish({ settings: { ...SETTINGS, ...settings }, seeds, errorRate }, until);
}

/** All that is named is a label. */
const UNVALIDATED: SettingsChange = { profiling: { validate: false } };

interface Profiled {
  readonly pool: IntentPool;
  readonly labels: IntentLabels;
}

function profiledBy(trial: FinishedTrial): Profiled {
  const pool = decodePool(trial.artifact('profiling-finalise', 'pool.json'));
  return { pool, labels: decodeLabels(trial.artifact('profiling-finalise', 'labels.safetensors')) };
}

function precisionOf({ pool, labels }: Profiled): number {
  return labelPrecision(labels, matchedIntents(pool, labels, planted), planted);
}

const dealt = (labels: IntentLabels): IntentLabels => shuffledLabels(labels, stream(1, 'data', 'test/labels'));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the uncertain sessions', () => {
  it.each(SEEDS)('are hard more often than others (profile seed %i)', async (seed) => {
    const order = decodeOrder((await run(seed, 'selection')).artifact('selection', 'order.safetensors')).position;
    const hardOf = (positions: Int32Array): number =>
      positions.filter((position) => truth.hard[train.session[position]!] === 1).length;
    // Without replacement chance would stray less than the binomial distribution says: the test is on the safe side.
    const first = order.subarray(0, Math.ceil(0.1 * order.length));
    // Measured: .585, .574, .596 of the first tenth; of all eligible sessions .427, as any order of chance gives.
    expect(binomialTail(hardOf(first), first.length, hardOf(order) / order.length)).toBeLessThan(0.01);
  });
});

/**
 * At rank 1 the .56 to .84 of a prototype are out of reach: of the hard negatives, the warm-up's best items, .40 to .45 are of the
 * session's own intents, and among the items of an intent only popularity tells which comes next. Who names the true intents finds
 * the held-out item in .19 of the sessions. Where up to rank 5 is right, negatives decide less.
 */
describe('acceptance', () => {
  /** The chance of one attempt, with C = 20. */
  const chanceOf = (successRank: number): number => successRank / 20;
  const accept = (seed: number, successRank: number) =>
    run(seed, 'probe', { profiling: { successRank }, probe: { randomIntents: eligible.length } });
  const attempt = (trial: FinishedTrial, number: number): number =>
    trial.metric('profiling-finalise', `acceptance@${number}`);
  const byChance = (trial: FinishedTrial): number =>
    binomialTail(
      trial.metric('profiling-finalise', 'accepted'),
      trial.metric('profiling-finalise', 'profiledSessions'),
      trial.metric('profiling-finalise', 'chance@3'),
    );

  it.each([
    // Measured: .038 to .053, and .217 to .245.
    [1, 1],
    [2, 1],
    [3, 1],
    [1, 5],
    [2, 5],
    [3, 5],
  ])('of random intents is chance (profile seed %i, up to rank %i)', async (seed, successRank) => {
    const chance = chanceOf(successRank);
    const found = (await accept(seed, successRank)).metric('probe', 'randomIntentAcceptance');
    expect(Math.abs(found - chance)).toBeLessThan(3 * Math.sqrt((chance * (1 - chance)) / eligible.length));
  });

  it.each(SEEDS)('of what is named is far above it at rank 1 (profile seed %i)', async (seed) => {
    const trial = await accept(seed, 1);
    // Measured: .160, .146, .146 at the first attempt; .230, .240, .226 in three, where chance has .143.
    expect(attempt(trial, 1)).toBeGreaterThan(2 * trial.metric('probe', 'randomIntentAcceptance'));
    expect(byChance(trial)).toBeLessThan(1e-6);
  });

  it.each(SEEDS)('of what is named is twice it up to rank 5 (profile seed %i)', async (seed) => {
    const trial = await accept(seed, 5);
    // Measured: .528, .555, .562 at the first attempt, chance .25; .623, .640, .644 in three, where chance has .578.
    expect(attempt(trial, 1)).toBeGreaterThan(0.48);
    expect(byChance(trial)).toBeLessThan(0.05);
  });

  it.each([
    // Measured: .191, .193 and .191 at rank 1, which is why more cannot be asked for; .629, .665 and .676 up to rank 5.
    { successRank: 1, least: 0, most: 0.25 },
    { successRank: 5, least: 0.58, most: 1 },
  ])('of the true intents is higher, within what the negatives allow (up to rank $successRank)', async (bounds) => {
    for (const seed of SEEDS) {
      const trial = await accept(seed, bounds.successRank);
      const found = await acceptanceOfTruth(trial);
      expect(found).toBeGreaterThan(attempt(trial, 1));
      expect(found).toBeGreaterThan(bounds.least);
      expect(found).toBeLessThan(bounds.most);
    }
  });

  it.each(SEEDS)('is held down by negatives of the very intents (profile seed %i)', async (seed) => {
    const { negativesOf } = await loopOf(await accept(seed, 1));
    const ofIntents = (items: ArrayLike<number>, position: number): number => {
      const own = trueIntents(truth, train.session[position]!);
      return mean(Array.from(items, (item) => Number(servedBy(item).some((intent) => own.includes(intent)))));
    };
    const everyItem = Array.from(catalogue, (_, at) => at + 1);
    const hard = Array.from(eligible, (position) => ofIntents(negativesOf(position).subarray(0, 10), position));
    const any = Array.from(eligible, (position) => ofIntents(everyItem, position));
    // Measured: .454, .400, .401; of all items .149.
    expect(mean(hard)).toBeGreaterThan(2 * mean(any));
  });

  /** The intents of an item of the catalogue. */
  function servedBy(item: number): readonly number[] {
    const index = catalogue[item - 1]!;
    return [truth.primary[index]!, truth.secondary[index]!];
  }

  /** Of a model that names the true intents of each session, by the candidates of the first attempt. */
  async function acceptanceOfTruth(trial: FinishedTrial): Promise<number> {
    const loop = await loopOf(trial);
    const rights: number[] = [];
    for (const [place, position] of eligible.entries()) {
      const questions = new SessionQuestions(loop, hardSession(train, position, place));
      const names = trueIntents(truth, train.session[position]!).map((intent) => truth.names[intent]!);
      const intents = names.map((name) => ({ name, description: name }));
      const asked = { attempt: 1, intents, candidates: questions.candidates(1), variant: 'true intents' };
      rights.push(Number(questions.isRight(await questions.predict(asked))));
    }
    return mean(rights);
  }

  /** The loop that the probe of a trial works with. */
  async function loopOf({ stages }: FinishedTrial): Promise<Loop> {
    const probe = stages.at(-1)!;
    const parameters = probe.parameters as unknown as LoopParameters;
    const artifacts = trials.run.inputsOf(probe);
    const { loop } = await openLoop({ parameters, artifacts, calls: trials.run.calls }, 'probe');
    return loop;
  }
});

describe('accepted labels', () => {
  it.each(SEEDS)('stand for true intents of their sessions (profile seed %i)', async (seed) => {
    const { pool, labels } = profiledBy(await run(seed, 'profiling-finalise'));
    // Measured: .711, .683, .681.
    expect(precisionOf({ pool, labels })).toBeGreaterThan(0.6);
    // Matched anew to the sessions that they are dealt to: .225, .245, .218. By what they stood for before: .13 to .16.
    expect(precisionOf({ pool, labels: dealt(labels) })).toBeLessThan(0.4);
  });
});

describe('mistakes of the language model', () => {
  it.each(SEEDS)('make what it names worse, the more of them (profile seed %i)', async (seed) => {
    const found: Profiled[] = [];
    for (const errorRate of [0, 0.25, 0.5])
      found.push(profiledBy(await run(seed, 'profiling-finalise', { ...UNVALIDATED, errorRate })));
    // Measured: precision .730, .52 to .55, .32 to .36; NMI .520, .27 to .32, .10 to .14.
    expectFalling(found.map(precisionOf));
    expectFalling(found.map(({ labels }) => labelInformation(labels, planted)));
  });

  it.each(SEEDS)('pass the validation less often than what is right (profile seed %i)', async (seed) => {
    const named = profiledBy(await run(seed, 'profiling-finalise', { ...UNVALIDATED, errorRate: 0.25 }));
    const accepted = profiledBy(await run(seed, 'profiling-finalise', { errorRate: 0.25 }));
    // Measured: .624, .637, .692 above .532, .524, .551. That fewer labels are easier to match lifts dealt ones by .02 to .06 only.
    // Without mistakes it is the other way round, .68 to .71 below .73: corrections name intents that are seen less.
    expect(precisionOf(accepted)).toBeGreaterThan(precisionOf(named) + 0.05);
  });

  function expectFalling(values: readonly number[]): void {
    for (const [at, value] of values.entries()) if (at > 0) expect(value).toBeLessThan(values[at - 1]! - 0.05);
  }
});

/**
 * "All labels" are those that the language model names for all eligible sessions, without validation: with it, a fifth of them
 * would be left. λ_int is .5 instead of .1: with .1 the same order comes out with .36 to .38, too near to the band.
 */
describe('the intents that the predictor predicts', () => {
  const taught = (seed: number, isShuffled: boolean): Promise<FinishedTrial> =>
    run(seed, 'training', { ...UNVALIDATED, loss: { intent: 0.5 }, labels: { shuffle: isShuffled } });

  it.each(SEEDS)(
    'tell the true ones in sessions that it never saw, unless labels are dealt (seed %i)',
    async (seed) => {
      const [told, shuffled] = [
        await informationOf(await taught(seed, false)),
        await informationOf(await taught(seed, true)),
      ];
      // Measured: .479, .453, .440 against .098, .080, .148. The labels themselves have .520.
      expect(told).toBeGreaterThan(0.35);
      expect(shuffled).toBeLessThan(0.25);
      expect(told - shuffled).toBeGreaterThan(0.2);
    },
  );

  /** NMI of the likeliest intent with the true one of the last context click, over the test sessions. */
  async function informationOf(trial: FinishedTrial): Promise<number> {
    const model = await predictorOf(trial);
    const positions = [...test.session.keys()];
    const { data } = await model.intentsOf(positions.map((position) => contextOf(test, position)));
    return mutualInformation(
      positions.map((position) => ({
        left: likeliest(data, position, model.predictor.intents),
        right: lastContextIntent(truth, test.session[position]!),
      })),
    );
  }
});

describe('the targets of neighbours', () => {
  const ENRICHMENT: EnrichmentSettings = {
    ...{ strategy: 'neighbour', neighbours: 20, temperature: 0.1 },
    ...{ blend: 0.8, teacher: 0.99, confidence: 'median' },
  };

  it.each(SEEDS)('are true more often than the most frequent intent, or those of others (seed %i)', async (seed) => {
    const trial = await run(seed, 'training', { ...UNVALIDATED, selection: { ratio: 0.2 } });
    const { contexts, judge, neighbours } = await neighbourhood(trial);
    const numbers = Array.from(contexts.position, (position) => train.session[position]!);
    const shareOf = (intent: number): number =>
      mean(numbers.map((session) => Number(trueIntents(truth, session).includes(intent))));
    const prior = Math.max(...truth.names.map((_, intent) => shareOf(intent)));
    // Measured, over the 1,313 sessions without a label: .591, .528, .526; the prior .211; neighbours of others .126 to .145.
    const told = judge(neighbours);
    expect(told).toBeGreaterThan(prior + 0.2);
    expect(told).toBeGreaterThan(judge(neighboursOfOthers(neighbours)) + 0.2);
  });

  /** The neighbours of all contexts, and how often the likeliest intent of their targets is true where there is no label. */
  async function neighbourhood(trial: FinishedTrial) {
    const { pool, labels } = profiledBy(trial);
    const matched = matchedIntents(pool, labels, planted);
    const contexts = contextsOf(train, 20);
    const bank = await intentBank(await predictorOf(trial), contexts.items);
    const known = sessionLabels(labels, contexts);
    const unlabelled = [...contexts.items.keys()].filter((context) => known.intents[context]!.length === 0);
    const judge = (neighbours: Neighbours): number => {
      const { distributions } = enrichedTargets(bank, known, { settings: ENRICHMENT, neighbours });
      const rights = unlabelled.map((context) =>
        trueIntents(truth, train.session[contexts.position[context]!]!).includes(
          matched[likeliest(distributions, context, bank.count)]!,
        ),
      );
      return mean(rights.map(Number));
    };
    const vectors = { data: bank.hidden, dimension: bank.hidden.length / contexts.items.length };
    return { contexts, judge, neighbours: nearestNeighbours(vectors, ENRICHMENT.neighbours) };
  }

  /** Each session gets the neighbours of another one. */
  function neighboursOfOthers(neighbours: Neighbours): Neighbours {
    const dealtTo = Int32Array.from({ length: train.session.length }, (_, context) => context);
    stream(1, 'data', 'test/neighbours').shuffle(dealtTo);
    return { ...neighbours, rows: neighbours.rows.map((row) => dealtTo[row]!) };
  }
});

/**
 * p is uniform over the true intents of the session, at each position and also in use: what a perfect profile would say of it, and
 * a perfect predictor would predict. That of the very next click would be more than any label says.
 */
describe('a model that is told the true intents', () => {
  const rates: Record<'backbone' | 'told' | 'untold', number[]> = { backbone: [], told: [], untold: [] };

  beforeAll(async () => {
    for (const seed of [1, 2]) {
      const { metrics } = (await run(seed, 'evaluation', { method: 'backbone' })).of('evaluation');
      rates.backbone.push(metrics.find(({ name, split }) => name === 'hr@20' && split === 'test')!.value);
      rates.told.push(await informed(seed, toldTruth));
      rates.untold.push(await informed(seed, toldNothing));
    }
  });

  it('recommends better than the backbone: a gain would be seen', () => {
    // Measured: HR@20 .400 and .417 against .346 and .326 on 2,000 test sessions.
    expect(mean(rates.told)).toBeGreaterThan(mean(rates.backbone) + 0.03);
  });

  it('does so by what it is told, and not by its further parameters', () => {
    // Measured: .315 and .307 where it is told the same of every session.
    expect(mean(rates.told)).toBeGreaterThan(mean(rates.untold) + 0.03);
  });

  async function informed(seed: number, given: GivenIntents): Promise<number> {
    const shape = { itemCount: train.itemCount, maxLength: 20, dimension: 32, layers: 1, heads: 2 };
    const schedule = { seed, epochs: 8, learningRate: 0.003, batch: 64, dropout: 0.2 };
    const training = { shape, intents: truth.names.length, given, train, ...schedule };
    return informedHitRate(await trainInformed(training), training, test);
  }

  function toldTruth(view: SessionView, position: number): Float32Array {
    const own = trueIntents(truth, view.session[position]!);
    return Float32Array.from(truth.names, (_, intent) => (own.includes(intent) ? 1 / own.length : 0));
  }

  function toldNothing(): Float32Array {
    return Float32Array.from(truth.names, () => 1 / truth.names.length);
  }
});

async function predictorOf(trial: FinishedTrial): Promise<IntentRecommender> {
  const model = await openRecommender('sprint', trial.artifact('training', 'model.safetensors'), loadOnnxRuntime);
  if (!hasIntents(model)) throw new TypeError('The trained model has no predictor.');
  return model;
}

function likeliest(distributions: Float32Array, row: number, intents: number): number {
  return placeOfLargest(distributions.subarray(row * intents, (row + 1) * intents));
}
