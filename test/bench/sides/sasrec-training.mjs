import { readFileSync } from 'node:fs';
import { loadBuilt } from '../built.mjs';
import { answerCommands } from './answering.mjs';

/** Sprintlab's side of the race: the training that a stage runs. `python/recbole_sasrec.py` answers the same commands. */
const [{ OnnxRuntime }, { trainBackbone }, { decodeView }] = await Promise.all(
  [
    'platform/onnx-runtime/onnx-runtime.js',
    'science/training/backbone-training.js',
    'science/sessions/session-view.js',
  ].map(loadBuilt),
);

/** The race decides when it is over, not the training. */
const NO_END = { epochs: 1000, patience: 1000, firstEligibleEpoch: 1 };

/** Tells when the latest training step ended: the training yields only after the evaluation that follows. */
class ObservedRuntime extends OnnxRuntime {
  lastStepAt = 0;

  async load(model) {
    const program = await super.load(model);
    return {
      run: async (inputs, outputs) => {
        await program.run(inputs, outputs);
        if ('targets' in inputs) this.lastStepAt = performance.now();
      },
      release: () => program.release(),
    };
  }
}

const runtime = new ObservedRuntime();
let training;
let evaluation;

await answerCommands({
  prepare: ({ train, valid, length, ...settings }) => {
    const [trainView, validView] = [train, valid].map((file) => decodeView(readFileSync(file)));
    training = trainBackbone({
      runtime,
      train: trainView,
      valid: validView,
      settings: { ...settings, ...NO_END, maxLength: length, seedKind: 'train' },
    });
    return { sessions: validView.session.length };
  },
  epoch: async () => {
    const startedAt = performance.now();
    const { value } = await training.next();
    const endedAt = performance.now();
    const { loss, tokens, validNdcg20 } = value.report;
    evaluation = { seconds: (endedAt - runtime.lastStepAt) / 1000, 'ndcg@20': validNdcg20 };
    return { seconds: (runtime.lastStepAt - startedAt) / 1000, loss, targets: tokens };
  },
  evaluate: () => evaluation,
});
