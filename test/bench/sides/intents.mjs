import { readFileSync } from 'node:fs';
import { loadBuilt } from '../built.mjs';
import { answerCommands, timed } from './answering.mjs';

/** One process that trains and asks a backbone alone, or one with an intent predictor; each is the other's peer. */
const [
  { OnnxRuntime },
  { trainBackbone },
  { decodeView, itemsOf },
  { openRecommender },
  { encodeModelFile },
  { NeighbourSearch },
] = await Promise.all(
  [
    'platform/onnx-runtime/onnx-runtime.js',
    'science/training/backbone-training.js',
    'science/sessions/session-view.js',
    'science/models/recommender-file.js',
    'science/models/trained-model.js',
    'science/training/neighbour-search.js',
  ].map(loadBuilt),
);

/** Seconds of the latest search, which an epoch contains. */
let searchSeconds = 0;

/** Counts the time in the search for neighbours: what goes on between its first product and its last is its own. */
const nearest = NeighbourSearch.prototype.nearest;
NeighbourSearch.prototype.nearest = async function (...given) {
  const { seconds, value } = await timed(() => nearest.apply(this, given));
  searchSeconds = seconds;
  return value;
};

const runtime = new OnnxRuntime();
let training;
let recommender;
let prefixes;

await answerCommands({
  prepare: async ({ train, valid, intents, ...settings }) => {
    const [trainView, validView] = [train, valid].map((file) => decodeView(readFileSync(file)));
    const stopping = { epochs: 1000, patience: 1000, firstEligibleEpoch: 1 };
    const common = { runtime, train: trainView, valid: validView };
    const chosen = intents === 0 ? undefined : predictorOf(trainView, intents);
    const of = (learningRate, rules) => ({
      ...common,
      intents: chosen,
      settings: { ...settings, learningRate, ...rules, seedKind: 'train' },
    });
    training = trainBackbone(of(settings.learningRate, stopping));
    const untrained = await end(trainBackbone(of(1e-9, { epochs: 1, patience: 1, firstEligibleEpoch: 1 })));
    const method = intents === 0 ? 'backbone' : 'sprint';
    recommender = await openRecommender(method, encodeModelFile(untrained), () => Promise.resolve(runtime));
    prefixes = Array.from(validView.session, (_, at) => itemsOf(validView, at).subarray(-settings.maxLength));
    return { sessions: prefixes.length };
  },
  epoch: async () => {
    const { seconds } = await timed(() => training.next());
    return { seconds, searchSeconds };
  },
  /** What `recommend` asks: scores, and the intents where there are some. */
  answer: async ({ batch, count }) => {
    const answer = recommender.answer ?? recommender.scoreAll;
    return timed(async () => {
      for (let from = 0; from < count; from += batch) await answer(prefixes.slice(from, from + batch));
    }).then(({ seconds }) => ({ seconds }));
  },
});

/** A predictor with labels of a tenth of the sessions; which ones they are makes no difference to the time. */
function predictorOf(train, intents) {
  const position = Int32Array.from(train.session.keys()).filter((at) => at % 10 === 0);
  const labels = {
    position,
    offsets: Int32Array.from({ length: position.length + 1 }, (_, label) => label),
    intents: Int32Array.from(position, (at) => itemsOf(train, at)[0] % intents),
  };
  const enrichment = {
    strategy: 'neighbour',
    neighbours: 20,
    temperature: 0.1,
    blend: 0.8,
    teacher: 0.99,
    confidence: 0,
  };
  return {
    predictor: { intents, fusion: 'gated', temperature: 1 },
    dropout: 0.2,
    prior: new Float32Array(intents),
    embedding: { from: 'chance' },
    backboneLearningRate: null,
    teaching: {
      labels,
      smoothing: 0.05,
      gradient: 'full',
      loss: { intent: 0.1, enrichment: 0.05 },
      enrichment,
      schedule: { start: 1, ramp: 0 },
    },
  };
}

async function end(run) {
  for (;;) {
    const { done, value } = await run.next();
    if (done) return value;
  }
}
