import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeSide, pythonSide } from '../built.mjs';
import { converse } from '../conversation.mjs';
import { figureOf, takeTurns } from '../pairing.mjs';
import { histories, sessionsOf, writeAtomicFile } from '../sample-data.mjs';
import { assertClose } from '../agreement.mjs';
import { race, raceFindings } from '../race.mjs';

const MODEL = { length: 20, dimension: 64, layers: 2, heads: 2, dropout: 0.2, learningRate: 0.001, seed: 1 };
const HEAD = { targets: 1536, items: 12_101, dimension: 64 };
/** Masks are drawn by different generators, and batches in another order. */
const LOSS_TOLERANCE = 0.2;

/** Training and evaluation of SASRec: its step against PyTorch's, its epochs against RecBole's. */
export async function measureEngine(options) {
  const { folder, python, tell } = options;
  if (python === null) return { figures: [], notes: [] };
  const sample = await histories(folder);
  const files = await sessionsOf(sample, folder);
  tell('steps and the output layer, with PyTorch');
  const steps = await measureSteps(files, options);
  const epochs = await measureEpochs(sample, files, options);
  return { figures: [...steps, ...epochs.figures], notes: epochs.notes };
}

/** Both take the same step of the same model: all positions, cross-entropy over the catalogue, clipping, Adam, dropout. */
async function measureSteps({ train }, { folder, python, quick, rounds }) {
  const sides = [
    converse({ name: 'sprintlab', command: nodeSide('sasrec.mjs'), folder }),
    converse({ name: 'PyTorch', command: pythonSide(python, 'pytorch_sasrec.py'), folder }),
  ];
  for (const side of sides) await side.ask('prepare', { ...MODEL, sessions: train, batch: 64, clip: 5 });
  const count = quick ? 20 : 100;
  const turns = (question, details) =>
    takeTurns(
      sides.map((side) => () => side.ask(question, details)),
      { rounds, warmUps: 1 },
    );
  const steps = await turns('step', { count });
  const heads = await turns('head', { ...HEAD, count: quick ? 3 : 10 });
  await Promise.all(sides.map((side) => side.end()));
  assertClose('the mean loss of equal steps', ...steps.at(-1).map(({ loss }) => loss), LOSS_TOLERANCE);
  const peer = 'PyTorch eager';
  return [
    figureOf({ measure: 'a step of 64 sequences', unit: 'ms', peer }, perTime(steps, count)),
    figureOf({ measure: 'the output layer alone, 1,536 targets', unit: 'ms', peer }, perTime(heads, quick ? 3 : 10)),
    figureOf({ measure: 'stepping: peak memory', unit: 'MB', peer }, [megabytes(steps.at(-1))]),
  ];
}

/** RecBole's own objective, a target for each prefix, against Sprintlab's: what a user of each has to wait for. */
async function measureEpochs(sample, { train, valid }, { folder, python, quick, epochs, quality, tell }) {
  const dataset = join(folder, 'histories');
  await mkdir(dataset);
  await writeAtomicFile(sample, join(dataset, 'histories.inter'));
  const ours = converse({ name: 'sprintlab', command: nodeSide('sasrec-training.mjs'), folder });
  const recbole = converse({ name: 'RecBole', command: pythonSide(python, 'recbole_sasrec.py'), folder });
  await ours.ask('prepare', { ...MODEL, train, valid, batch: 64 });
  const settings = { batch: 256, evaluationBatch: 256 };
  await recbole.ask('prepare', { ...MODEL, ...settings, folder, dataset: 'histories' });
  const course = await race({ ours, peer: recbole }, { epochs, quality, quick, tell });
  await Promise.all([ours.end(), recbole.end()]);
  return raceFindings(course, { quality, peer: 'RecBole', data: sample.label });
}

function perTime(rows, count) {
  return rows.map((row) => row.map(({ seconds }) => (seconds * 1000) / count));
}

function megabytes(row) {
  return row.map(({ peakMemoryBytes }) => peakMemoryBytes / 1e6);
}
