import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '#features/comparisons/domain/comparison.ts';
import { shellOfThisFile, toyManifest } from '../support/shell.ts';

const shell = shellOfThisFile();
let home: string;
let comparison: Comparison;

beforeAll(async () => {
  home = await shell.homeWithToy();
  const manifest = toyManifest(['report: {primary: ndcg@10, baseline: popularity}']);
  await shell.run(['run', await shell.file('toy.yaml', manifest)], { home });
  comparison = (await shell.json(['compare', 'toy-baselines'], { home })) as Comparison;
});

const METRICS = ['hr@5', 'ndcg@5', 'hr@10', 'ndcg@10', 'hr@20', 'ndcg@20', 'mrr@20'];

/** As a table writes a rate. */
const written = (mean: number): string => mean.toFixed(4).replace(/^0/, '');

const bestOf = (metric: string): number => Math.max(...comparison.arms.map(({ metrics }) => metrics[metric]!.mean));

async function printed(format: string): Promise<string> {
  const { code, out, err } = await shell.run(['compare', 'toy-baselines', '--format', format], { home });
  expect([code, err]).toEqual([0, '']);
  return out;
}

describe('a comparison', () => {
  it('as JSON has every arm, its trials and metrics, and says that the data are made up', () => {
    expect(comparison).toMatchObject({
      experiment: 'toy-baselines',
      revision: 1,
      question: 'Does it work?',
      primary: 'ndcg@10',
      baseline: 'popularity',
      synthetic: ['toy'],
      tests: [],
      verdicts: [],
    });
    expect(comparison.arms.map(({ name, dataset, trials, planned }) => [name, dataset, trials, planned])).toEqual([
      ['popularity', 'toy', 1, 1],
      ['item-knn', 'toy', 1, 1],
      ['vs-knn', 'toy', 1, 1],
    ]);
    for (const { metrics } of comparison.arms) {
      expect(Object.keys(metrics).sort()).toEqual([...METRICS].sort());
      for (const { mean, sd, values } of Object.values(metrics)) expect([mean, sd]).toEqual([values[0], null]);
    }
  });

  it('as `--format json` is the same as with --json', async () => {
    expect(JSON.parse(await printed('json'))).toEqual(comparison);
  });

  it('as a table shows protocol and numbers, and marks the best of each column', async () => {
    const lines = (await printed('table')).split('\n');
    expect(lines[0]).toBe('toy-baselines (revision 1): Does it work?');
    expect(lines[2]).toMatch(/^toy \(SYNTHETIC data: .*\): history × leave-one-out, full ranking/);
    const header = lines[4]!.trim().split(/\s{2,}/);
    expect(header.slice(0, 2)).toEqual(['arm', 'n']);
    const columns = header.slice(2);
    expect([...columns].sort()).toEqual([...METRICS].sort());
    const rows = lines.slice(5, 8).map((line) => line.trim().split(/\s{2,}/));
    const expected = comparison.arms.map(({ name, metrics }) => [
      name === 'popularity' ? 'popularity (baseline)' : name,
      '1',
      ...columns.map((metric) => {
        const { mean } = metrics[metric]!;
        return mean === bestOf(metric) ? `${written(mean)}*` : written(mean);
      }),
    ]);
    expect(rows).toEqual(expected);
    expect(lines.some((line) => line.startsWith('*: best of its column'))).toBe(true);
  });

  it('as Markdown is a table whose best are bold', async () => {
    const lines = (await printed('markdown')).split('\n');
    expect(lines[0]).toBe('**toy-baselines (revision 1): Does it work?**');
    const table = lines
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    const [header = [], rule = [], ...rows] = table;
    expect(rows).toHaveLength(3);
    expect(rule.slice(1, -1)).toEqual(header.slice(1, -1).map((name) => (name === 'arm' ? '---' : '---:')));
    for (const metric of METRICS) {
      const column = header.indexOf(metric);
      const bold = rows.filter((row) => row[column]!.startsWith('**')).map((row) => row[column]);
      expect(new Set(bold)).toEqual(new Set([`**${written(bestOf(metric))}**`]));
    }
    expect(lines.join('\n')).toContain('SYNTHETIC');
  });

  it('as CSV has the numbers of the JSON, to the last digit', async () => {
    const rows = parse<Record<string, string>>(await printed('csv'), { columns: true });
    const [first] = rows;
    expect(Object.keys(first ?? {})).toEqual([
      'experiment',
      'revision',
      'dataset',
      'synthetic',
      'arm',
      'metric',
      'n',
      'mean',
      'sd',
      'values',
      'llmCalls',
      'shareOfLlmCalls',
      'llmSimulated',
    ]);
    const numbers = rows.map(({ arm, metric, n, mean, sd, synthetic }) => [
      arm,
      metric,
      n,
      Number(mean),
      sd,
      synthetic,
    ]);
    const expected = comparison.arms.flatMap(({ name, metrics }) =>
      Object.entries(metrics).map(([metric, { mean }]) => [name, metric, '1', mean, '', 'true']),
    );
    expect(numbers).toEqual(expected);
  });

  it('of an unknown experiment offers the nearest', async () => {
    const refusal = await shell.refusal(['compare', 'toy-baseline'], { home });
    expect(refusal).toMatchObject({ exit: 2, code: 'EXPERIMENT_NOT_FOUND' });
    expect(refusal.message).toContain('Did you mean toy-baselines?');
  });

  it.each(['99', '0', 'one', ''])('of revision %j, which is not there, says which are', async (revision) => {
    const refusal = await shell.refusal(['compare', `toy-baselines@${revision}`], { home });
    expect(refusal).toMatchObject({ exit: 2, code: 'REVISION_NOT_FOUND' });
    expect(refusal.message).toContain('it has 1 to 1');
  });

  it('of a revision is that of the latest as long as there is one', async () => {
    expect(await shell.json(['compare', 'toy-baselines@1'], { home })).toEqual(comparison);
  });

  it('without a finished trial has arms without numbers', async () => {
    const arms = 'arms: [{name: few, method: item-knn, itemKnn: {neighbours: 7}}]';
    const manifest = toyManifest(['name: stopped', arms, 'limits: {hours: 0.0000001}']);
    expect((await shell.run(['run', await shell.file('stopped.yaml', manifest)], { home })).code).toBe(3);
    const stopped = (await shell.json(['compare', 'stopped'], { home })) as Comparison;
    expect(stopped.arms).toMatchObject([{ name: 'few', trials: 0, planned: 1, metrics: {} }]);
    expect((await shell.run(['compare', 'stopped'], { home })).out).toMatch(/^few +0 of 1$/m);
  });
});
