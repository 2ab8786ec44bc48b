import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expandArms } from '#features/experiments/domain/arms.ts';
import { parseManifest } from '#features/experiments/domain/parse-manifest.ts';
import { stagesOf } from '#features/experiments/domain/stage-graph.ts';
import { planTrials } from '#features/experiments/domain/trials.ts';
import { aGround } from '../support/builders.ts';

const FILES = readdirSync('experiments').filter((name) => name.endsWith('.yaml'));
const COLUMNS = { user: true, time: true, order: true, session: true, split: true, title: true, categories: true };
const datasets = new Map(
  ['planted-effect', 'planted-demo', 'demo-random'].map((name) => [name, { name, columns: COLUMNS }]),
);

const read = (file: string) => ({ file, text: readFileSync(join('experiments', file), 'utf8') });
const parsed = (file: string) =>
  parseManifest(read(file), { readBase: (_from, path) => read(path), datasets, llms: ['simulated'] });

describe('the manifests that come with the project', () => {
  it.each(FILES)('%s is valid, asks a question, and warns of nothing', (file) => {
    const { manifest, warnings } = parsed(file);
    expect(warnings).toEqual([]);
    expect(manifest.name).toBe(file.replace('.yaml', ''));
    expect(manifest.question).toMatch(/\?/);
  });

  it.each(FILES)('%s compares with the mandatory baseline, and every trial can be planned', (file) => {
    const { manifest } = parsed(file);
    const arms = expandArms(manifest);
    expect(arms.map(({ name }) => name)).toContain(manifest.report.baseline);
    for (const trial of planTrials(manifest, arms, datasets)) {
      expect(stagesOf(trial, aGround()).at(-1)?.kind).toBe('evaluation');
    }
  });
});
