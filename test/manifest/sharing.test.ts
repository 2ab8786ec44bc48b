import { expect, it } from 'vitest';
import { expandArms } from '#features/experiments/domain/arms.ts';
import { parseManifest } from '#features/experiments/domain/parse-manifest.ts';
import { distinctStages, stagesOf } from '#features/experiments/domain/stage-graph.ts';
import { planTrials } from '#features/experiments/domain/trials.ts';
import { aGround } from '../support/builders.ts';

const GRID = `sprintlab: 1
name: grid
question: Which sessions, whose labels, how many intents?
dataset: planted
protocol: {sessions: given, split: given, cutoffs: [20]}
settings: {method: sprint}
axes:
  selection.strategy: [random, uncertainty]
  enrichment.strategy: [none, self, neighbour]
  intents.cap: [10, 20, 40, 80]
seeds: {train: 4, profile: 1}
`;

const COLUMNS = { user: true, time: true, order: true, session: true, split: true, title: true, categories: true };

it('a grid of 96 trials runs less than 45 of 100 stages that a runner without sharing would run', () => {
  const datasets = new Map([['planted', { name: 'planted', columns: COLUMNS }]]);
  const noBase = (): never => {
    throw new Error('has no base');
  };
  const manifest = parseManifest({ file: 'grid.yaml', text: GRID }, { readBase: noBase, datasets }).manifest;
  const trials = planTrials(manifest, expandArms(manifest), datasets);
  const stages = trials.map((trial) => stagesOf(trial, aGround({ eligibleSessions: 300 })));
  expect(trials).toHaveLength(96);
  const total = stages.reduce((sum, own) => sum + own.length, 0);
  expect(distinctStages(stages).length / total).toBeLessThan(0.45);
});
