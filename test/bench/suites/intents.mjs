import { nodeSide } from '../built.mjs';
import { converse } from '../conversation.mjs';
import { figureOf, takeTurns } from '../pairing.mjs';
import { histories, sessionsOf } from '../sample-data.mjs';

const MODEL = {
  maxLength: 20,
  dimension: 64,
  layers: 2,
  heads: 2,
  dropout: 0.2,
  learningRate: 0.001,
  batch: 64,
  seed: 1,
};
const INTENTS = 100;

/** What intents cost, in use and in training, against the backbone alone. */
export async function measureIntents({ folder, quick, rounds, tell }) {
  const sample = await histories(folder);
  const { train, valid } = await sessionsOf(sample, folder);
  const sides = ['with intents', 'backbone'].map((name) =>
    converse({ name, command: nodeSide('intents.mjs'), folder }),
  );
  tell('preparing both models');
  for (const [at, side] of sides.entries())
    await side.ask('prepare', { ...MODEL, train, valid, intents: at === 0 ? INTENTS : 0 });
  const turns = (question, plan, details) =>
    takeTurns(
      sides.map((side) => () => side.ask(question, details)),
      plan,
    );
  const peer = 'the backbone alone';
  const figures = [];
  for (const [batch, count] of quick
    ? [
        [64, 1024],
        [1, 128],
      ]
    : [
        [64, 8192],
        [1, 1024],
      ]) {
    const rows = await turns('answer', { rounds, warmUps: 1 }, { batch, count });
    const measure = `recommending with ${INTENTS} intents, ${batch} sessions at once, a session`;
    figures.push(figureOf({ measure, unit: 'ms', peer }, inMilliseconds(rows, count)));
  }
  tell('epochs');
  const epochs = await turns('epoch', { rounds: quick ? 1 : rounds, warmUps: 1 }, {});
  await Promise.all(sides.map((side) => side.end()));
  return { figures: [...figures, ...epochFigures(epochs, peer)], notes: [] };
}

function epochFigures(epochs, peer) {
  const seconds = epochs.map((row) => row.map((answer) => answer.seconds));
  const searches = epochs.map(([{ searchSeconds, seconds: whole }]) => [searchSeconds, whole]);
  const memory = epochs.at(-1).map(({ peakMemoryBytes }) => peakMemoryBytes / 1e6);
  return [
    figureOf({ measure: 'an epoch with labels and neighbours, evaluation included', unit: 's', peer }, seconds),
    figureOf({ measure: 'the search for neighbours', unit: 's', peer: 'the epoch it is part of' }, searches),
    figureOf({ measure: 'training: peak memory', unit: 'MB', peer }, [memory]),
  ];
}

function inMilliseconds(rows, count) {
  return rows.map((row) => row.map(({ seconds }) => (1000 * seconds) / count));
}
