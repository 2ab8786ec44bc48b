import { beforeAll, describe, expect, it } from 'vitest';
import type { PlanSummary } from '#features/experiments/domain/plan-summary.ts';
import { GENERATE_PLANTED, sprintManifest } from '../support/planted-home.ts';
import { shellOfThisFile, toyManifest } from '../support/shell.ts';

const shell = shellOfThisFile();
const manifest = (lines: readonly string[]): Promise<string> => shell.file('plan.yaml', toyManifest(lines));

describe('the plan of baselines', () => {
  let home: string;
  const planOf = async (lines: readonly string[]): Promise<PlanSummary> =>
    (await shell.json(['plan', await manifest(lines)], { home })) as PlanSummary;
  const arm = (neighbours: number): string =>
    `arms: [{name: popularity, method: popularity}, {name: knn, method: item-knn, itemKnn: {neighbours: ${neighbours}}}]`;

  beforeAll(async () => {
    home = await shell.homeWithToy();
  });

  it('guesses the time before anything ran, and takes it from like stages on the same data after', async () => {
    // The sessions, and of two arms a model and its evaluation.
    const before = await planOf([arm(3)]);
    expect(before.stages).toEqual({ total: 6, distinct: 5, cached: 0, toRun: 5 });
    expect(before.seconds).toMatchObject({ basis: 'guessed', measuredStages: 0 });
    expect(before.llm).toEqual({ calls: 0, promptTokens: 0, completionTokens: 0, usd: 0, basis: 'measured' });

    expect((await shell.run(['run', await manifest([arm(3)])], { home })).code).toBe(0);
    const after = await planOf([arm(4)]);
    expect(after.stages).toMatchObject({ cached: 3, toRun: 2 });
    expect(after.seconds).toMatchObject({ basis: 'measured', measuredStages: 2 });
    expect(after.cheapestOrder.map(({ arm: name, stages }) => [name, stages])).toEqual([
      ['popularity', 0],
      ['knn', 2],
    ]);

    await shell.run(['datasets', 'generate', 'random', '--name', 'other', '--users', '30', '--items', '30'], { home });
    expect((await planOf([arm(3), 'dataset: other'])).seconds).toMatchObject({ basis: 'guessed', measuredStages: 0 });
  });

  it('is short where there is nothing to run and nothing to ask', async () => {
    const { out } = await shell.run(['plan', await manifest([arm(3)])], { home });
    expect(out).toMatch(/^arm +method +trials$/m);
    expect(out).toMatch(/0 to run; no LLM calls; nothing to run\.\n$/);
    expect(out).not.toMatch(/axis|ratio|LLM:|Time:/);
  });
});

describe('the plan of a profiling', () => {
  let home: string;
  const profiling = (ratios: string): Promise<string> =>
    shell.file(
      'profiling.yaml',
      sprintManifest([
        'name: profiling',
        `axes: {selection.ratio: ${ratios}}`,
        'settings: {method: sprint, backbone: {dimension: 16, layers: 1}, warmUp: {epochs: 1}, training: {epochs: 2}, ' +
          'intents: {initial: 8}, probe: {randomIntents: 0}, enrichment: {start: 1, ramp: 1}}',
      ]),
    );

  beforeAll(async () => {
    home = await shell.folder();
    const { code, err } = await shell.run(GENERATE_PLANTED, { home });
    if (code !== 0) throw new Error(err);
  }, 120_000);

  it('says in tables what each arm, axis and ratio adds', async () => {
    const { out } = await shell.run(['plan', await profiling('[0, 0.1, 0.2]')], { home });
    expect(out).toMatch(/^arm +method +trials +stages +LLM calls +time$/m);
    expect(out).toMatch(/^selection.ratio=0 +sprint +1 +\d+ +11 +\d+\.\d s$/m);
    expect(out).toMatch(/^axis +values +arms +stages +LLM calls +time$/m);
    expect(out).toMatch(/^ratio +trials +stages +LLM calls +time$/m);
    expect(out).toMatch(/^ {2}0 % +1 +\d+ +11 +\d+\.\d s$/m);
    expect(out).toContain('of a call 700 and 60, a guess.');
    expect(out).toContain('0 of the');
  });

  it('takes the length of a call from those that were kept', async () => {
    expect((await shell.run(['run', await profiling('[0]')], { home })).code).toBe(0);
    const { items } = (await shell.json(['calls', 'list', '--limit', '1000'], { home })) as {
      readonly items: readonly { readonly promptTokens: number; readonly completionTokens: number }[];
    };
    const mean = (of: (call: (typeof items)[number]) => number): number =>
      items.reduce((sum, call) => sum + of(call), 0) / items.length;
    const { llm } = (await shell.json(['plan', await profiling('[0, 0.1]')], { home })) as PlanSummary;
    expect(llm).toMatchObject({
      promptTokens: Math.round(llm.calls * mean(({ promptTokens }) => promptTokens)),
      completionTokens: Math.round(llm.calls * mean(({ completionTokens }) => completionTokens)),
      basis: 'measured',
    });
  }, 120_000);
});
