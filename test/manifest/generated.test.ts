import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { manifestJsonSchema, manifestReference } from '#features/experiments/domain/manifest-reference.ts';
import { SETTING_KEYS } from '#features/experiments/domain/setting-keys.ts';

const root = new URL('../../', import.meta.url);

describe('what is generated from the schema of the manifest', () => {
  it.each([
    ['experiments/manifest.schema.json', manifestJsonSchema],
    ['docs/reference/manifest.md', manifestReference],
  ])('%s is fresh', (file, generate) => {
    expect(readFileSync(new URL(file, root), 'utf8'), `${file} is stale: npm run gen:manifest`).toBe(generate());
  });

  it('describes every setting with its meaning and the stages that read it', () => {
    const page = manifestReference();
    for (const key of SETTING_KEYS.keys()) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${key}\` |`));
      const [, values = '', standard = '', stages = '', meaning = ''] = (row ?? '')
        .split(' | ')
        .map((cell) => cell.trim());
      expect([key, stages, meaning].includes(''), `${key}: ${values} ${standard}`).toBe(false);
    }
  });
});
