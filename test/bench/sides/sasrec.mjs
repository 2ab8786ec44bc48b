import { readFileSync } from 'node:fs';
import { loadBuilt } from '../built.mjs';
import { answerCommands, timed } from './answering.mjs';

/** Sprintlab's side of the engine suite. `python/pytorch_sasrec.py` answers the same commands. */
const [{ OnnxRuntime }, { Trainer }, { initialSasrec }, { adam, chain, clipByGlobalNorm }, { stream }] =
  await Promise.all(
    [
      'platform/onnx-runtime/onnx-runtime.js',
      'science/training/trainer.js',
      'science/models/sasrec.js',
      'science/engine/optimizer.js',
      'science/random/stream.js',
    ].map(loadBuilt),
  );
const runtime = new OnnxRuntime();
let training;

await answerCommands({
  prepare: async (settings) => {
    training = await startTraining(settings);
    return { sequences: training.sequences };
  },
  step: async ({ count }) => {
    let [losses, targets] = [0, 0];
    const { seconds } = await timed(async () => {
      for (let step = 0; step < count; step++) {
        const batch = training.nextBatch();
        losses += await training.trainer.step(batch, training.chance);
        targets += batch.targets.reduce((sum, { length }) => sum + length, 0);
      }
    });
    return { seconds, targets, loss: losses / count };
  },
  head: async ({ targets, items, dimension, count }) => {
    const { program, inputs, outputs } = await outputLayer({ targets, items, dimension });
    const { seconds } = await timed(async () => {
      for (let time = 0; time < count; time++) await program.run(inputs, outputs);
    });
    await program.release();
    return { seconds };
  },
});

async function startTraining({ sessions, length, dimension, layers, heads, dropout, batch, learningRate, clip, seed }) {
  const view = await readView(sessions);
  const sequences = view.sequences.filter((items) => items.length > 1).map((items) => items.slice(-length - 1));
  const shape = { itemCount: view.itemCount, maxLength: length, dimension, layers, heads };
  const optimizer = chain(clipByGlobalNorm(clip), adam({ learningRate }));
  const parameters = initialSasrec(shape, stream(seed, 'train', 'init'));
  const state = { parameters, optimizer: optimizer.init(parameters) };
  const trainer = await Trainer.start(runtime, { shape, optimizer, dropoutRate: dropout }, state);
  return {
    trainer,
    sequences: sequences.length,
    chance: stream(seed, 'train', 'dropout'),
    nextBatch: batches(sequences, batch, stream(seed, 'train', 'batch')),
  };
}

/** Batches of a random order that is drawn again when it is used up. */
function batches(sequences, size, rng) {
  let order = [];
  return () => {
    if (order.length < size) {
      order = [...sequences];
      rng.shuffle(order);
    }
    const chosen = order.splice(0, size);
    return { inputs: chosen.map((items) => items.slice(0, -1)), targets: chosen.map((items) => items.slice(1)) };
  };
}

/** The output layer alone: its loss with the gradients of states and item table, of random numbers. */
async function outputLayer({ targets, items, dimension }) {
  const [{ Graph }, { gradientsOf }, { encodeOnnxModel }, { catalogueCrossEntropy }] = await Promise.all(
    ['graph', 'autodiff', 'onnx-model', 'ops/catalogue-cross-entropy'].map((name) =>
      loadBuilt(`science/engine/${name}.js`),
    ),
  );
  const graph = new Graph();
  const wanted = [graph.input('states', [targets, dimension]), graph.input('table', [items, dimension])];
  const loss = catalogueCrossEntropy(...wanted, graph.input('targets', [targets], 'int64'));
  graph.output('loss', loss);
  for (const [at, gradient] of gradientsOf(loss, wanted).entries()) graph.output(`gradient.${at}`, gradient);
  const rng = stream(1, 'train', 'head');
  const random = ({ shape }) => tensor(shape, () => rng.uniform() * 0.2 - 0.1);
  const chosen = BigInt64Array.from({ length: targets }, () => BigInt(rng.integer(items)));
  return {
    program: await runtime.load(encodeOnnxModel(graph)),
    inputs: {
      states: random(wanted[0]),
      table: random(wanted[1]),
      targets: { dtype: 'I64', shape: [targets], data: chosen },
    },
    outputs: {
      loss: tensor([]),
      'gradient.0': tensor(wanted[0].shape),
      'gradient.1': tensor(wanted[1].shape),
    },
  };
}

function tensor(shape, fill = () => 0) {
  const length = shape.reduce((product, size) => product * size, 1);
  return { dtype: 'F32', shape, data: Float32Array.from({ length }, fill) };
}

async function readView(file) {
  const { decodeView, itemsOf } = await loadBuilt('science/sessions/session-view.js');
  const view = decodeView(readFileSync(file));
  return { itemCount: view.itemCount, sequences: Array.from(view.session, (_, at) => itemsOf(view, at)) };
}
