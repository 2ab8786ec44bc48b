import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import type { Program } from '#science/engine/runtime.port.ts';
import { hasIntents } from '#science/models/intent-recommender.ts';
import { borrowRecommender, openRecommender } from '#science/models/recommender-file.ts';
import { encodeView } from '#science/sessions/session-view.ts';
import type { TrainingParameters } from '#science/stages/stage-training-parameters.ts';
import { NoPythonError, pythonEnvironment } from '../bench/python-environment.mjs';
import { runtime } from '../support/graph-runs.ts';
import { finishStage } from '../support/run-stage.ts';
import { aView } from '../support/session-views.ts';

const REQUIREMENTS = new URL('../support/python/requirements.txt', import.meta.url);
const PROGRAM = fileURLToPath(new URL('../support/python/onnx_scores.py', import.meta.url));

/** Where there is none, its place in the report says why; in CI that is a failure. */
const python = await pythonEnvironment('sprintlab-python', REQUIREMENTS).catch((error: unknown) => {
  if (error instanceof NoPythonError && process.env['CI'] === undefined) return error;
  throw error;
});
const whetherThere = typeof python === 'string' ? '' : ` (skipped: ${python.message})`;

const ITEMS = 30;
const MAX_LENGTH = 6;
/** Walks around a circle of items, of 3 to 6 steps. */
const walks = (longer: number): number[][] =>
  Array.from({ length: 60 }, (_, start) =>
    Array.from({ length: 3 + longer + (start % 4) }, (_, step) => ((start * 7 + step * 3) % ITEMS) + 1),
  );
const view = (longer: number): Uint8Array => encodeView(aView(walks(longer), { itemCount: ITEMS }));

const BACKBONE = {
  backbone: { kind: 'sasrec', dimension: 16, layers: 2, heads: 2, dropout: 0.2, itemText: 'none' },
  maxLength: MAX_LENGTH,
  epochs: 4,
  batch: 16,
  learningRate: 0.01,
  patience: 4,
  seed: 1,
  start: 1,
  ramp: 0,
} as const;
const INTENTS = 5;

/** The files of a training as the stage writes them. */
async function trained(parameters: TrainingParameters): Promise<Readonly<Record<string, Uint8Array>>> {
  const { artifacts } = await finishStage('training', {
    parameters,
    artifacts: {
      train: view(0),
      valid: view(1),
      warmUpBest: new TextEncoder().encode('{"epoch":1,"epochs":1,"validNdcg20":0}'),
    },
    loadRuntime: () => Promise.resolve(runtime),
  });
  return artifacts;
}

const sessions = [[1], [4, 7, 10], [30, 3], [2, 5, 8, 11, 14, 17], [9, 9, 9, 9], ...walks(0).slice(0, 30)];
const padding = ({ length }: readonly number[]): number[] => new Array<number>(MAX_LENGTH - length).fill(0);
const padded = sessions.map((session, at) =>
  at % 2 === 0 ? [...padding(session), ...session] : [...session, ...padding(session)],
);
const prefixes = sessions.map((session) => Int32Array.from(session));

interface PythonAnswer {
  readonly ports: readonly (readonly [name: string, type: string])[];
  readonly scores: readonly (readonly number[])[];
  readonly intents?: readonly (readonly number[])[];
}

async function runInPython(model: Uint8Array, sessions: readonly (readonly number[])[]): Promise<PythonAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'sprintlab-onnx-'));
  try {
    const file = join(folder, 'model.onnx');
    await writeFile(file, model);
    return await new Promise((resolve, reject) => {
      const child = execFile(String(python), [PROGRAM, file], { maxBuffer: 1e8 }, (error, out) =>
        error === null ? resolve(JSON.parse(out) as PythonAnswer) : reject(new Error(error.message)),
      );
      child.stdin?.end(JSON.stringify(sessions));
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('a borrowed recommender', () => {
  it('gives back every program that it loaded', async () => {
    const { 'model.safetensors': model } = await trained({ method: 'backbone', ...BACKBONE });
    const load = vi.spyOn(runtime, 'load');
    const { recommender, release } = await borrowRecommender('backbone', model!, () => Promise.resolve(runtime));
    const programs = load.mock.settledResults.map(({ value }) => vi.spyOn(value as Program, 'release'));
    load.mockRestore();
    expect(await recommender.scoreAll(prefixes.slice(0, 1))).toHaveLength(1);
    await release();
    expect(programs.map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  });
});

describe.skipIf(whetherThere !== '')(`model.onnx in the onnxruntime of Python${whetherThere}`, () => {
  it('scores sessions as the recommender does, to 1e-5, wherever the padding stands', async () => {
    const { 'model.onnx': onnx, 'model.safetensors': model } = await trained({ method: 'backbone', ...BACKBONE });
    const recommender = await openRecommender('backbone', model!, () => Promise.resolve(runtime));
    const { ports, scores } = await runInPython(onnx!, padded);
    expect(ports).toEqual([
      ['session', 'tensor(int64)'],
      ['scores', 'tensor(float)'],
    ]);
    expectClose(
      scores,
      (await recommender.scoreAll(prefixes)).map((row) => [...row.subarray(1)]),
    );
    // A training that moved nothing would leave scores near zero, which agree with anything.
    expect(Math.max(...scores.flat())).toBeGreaterThan(0.1);
  });

  it('scores sessions with their intents, and gives these, as the recommender does', async () => {
    const { 'model.onnx': onnx, 'model.safetensors': model } = await trained({
      method: 'capacity-control',
      ...BACKBONE,
      intents: INTENTS,
      predictor: { fusion: 'gated', init: 'learned', temperature: 0.5, dropout: 0.1 },
      backboneLearningRate: null,
    });
    const recommender = await openRecommender('capacity-control', model!, () => Promise.resolve(runtime));
    if (!hasIntents(recommender)) throw new TypeError('The model has no intents.');
    const { ports, scores, intents } = await runInPython(onnx!, padded);
    expect(ports).toEqual([
      ['session', 'tensor(int64)'],
      ['scores', 'tensor(float)'],
      ['intents', 'tensor(float)'],
    ]);
    expectClose(
      scores,
      (await recommender.scoreAll(prefixes)).map((row) => [...row.subarray(1)]),
    );
    const { data } = await recommender.intentsOf(prefixes);
    const rows = sessions.map((_, row) => [...data.subarray(row * INTENTS, (row + 1) * INTENTS)]);
    expectClose(intents!, rows);
    // Intents that were all alike would agree with anything.
    expect(Math.max(...rows.flat())).toBeGreaterThan(1.2 / INTENTS);
  });
});

function expectClose(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  expect(actual.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  for (const [row, numbers] of actual.entries())
    for (const [column, number] of numbers.entries())
      expect(Math.abs(number - expected[row]![column]!)).toBeLessThan(1e-5);
}
