import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { assertClose } from '../agreement.mjs';
import { nodeSide, pythonSide } from '../built.mjs';
import { converse } from '../conversation.mjs';
import { figureOf, takeTurns } from '../pairing.mjs';
import { histories, sessionsOf } from '../sample-data.mjs';
import { runStage } from '../stage-run.mjs';

const METHODS = [
  { method: 'popularity', counts: 'train' },
  { method: 'item-knn', neighbours: 100, shrink: 0 },
  { method: 'vs-knn', neighbours: 500, sample: 5000, idf: 5 },
];
const RULES = { evaluate: 'last', maskSeen: true, maxLength: 20, cutoffs: [20] };
/** Sums in another order part ties that are equal in the mathematics. */
const TOLERANCE = 1e-3;

/** The evaluation stage of each method without training, against numpy with the model that Sprintlab fitted. */
export async function measureEvaluation({ folder, rounds, python, tell }) {
  if (python === null) return { figures: [], notes: [] };
  const sample = await histories(folder);
  const { train, valid, test } = await sessionsOf(sample, folder);
  const ours = converse({ name: 'sprintlab', command: nodeSide('stages.mjs'), folder });
  const numpy = converse({ name: 'numpy', command: pythonSide(python, 'ranking_with_numpy.py'), folder });
  const figures = [];
  for (const parameters of METHODS) {
    const { method } = parameters;
    tell(`ranking with ${method}`);
    const model = await fit(parameters, train, join(folder, method));
    const order = { kind: 'evaluation', parameters: { method, ...RULES }, inputs: { model, valid, test } };
    const question = { method, model, views: { valid, test }, maxLength: RULES.maxLength };
    const answers = await takeTurns([() => ours.ask('run', order), () => numpy.ask('rank', question)], {
      rounds,
      warmUps: 1,
    });
    assertAgreement(method, ...answers[0]);
    figures.push(
      figureOf(
        { measure: `ranking ${sample.label} with ${method}, validation and test`, unit: 's', peer: 'numpy' },
        answers.map(([left, right]) => [left.seconds, right.seconds]),
      ),
    );
  }
  await Promise.all([ours.end(), numpy.end()]);
  return { figures, notes: [] };
}

async function fit(parameters, train, folder) {
  await mkdir(folder);
  await runStage({ kind: 'baseline', parameters, inputs: { train }, folder });
  return join(folder, 'model.safetensors');
}

function assertAgreement(method, { metrics }, { means }) {
  for (const { name, split, value } of metrics) {
    const peerValue = means[split][name];
    if (peerValue !== undefined) assertClose(`${split} ${name} of ${method}`, value, peerValue, TOLERANCE);
  }
}
