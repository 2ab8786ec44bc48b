import { runStage } from '../stage-run.mjs';
import { answerCommands, timed } from './answering.mjs';

/** Sprintlab's side where the work is a stage: `{ kind, parameters, inputs, folder }` to its seconds and metrics. */
await answerCommands({
  run: async (order) => {
    const { seconds, value } = await timed(() => runStage(order));
    return { seconds, metrics: value.metrics };
  },
});
