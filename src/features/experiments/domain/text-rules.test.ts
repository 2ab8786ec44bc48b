import { describe, expect, it } from 'vitest';
import { formatPlace } from '#kernel/domain-error.ts';
import { ManifestError } from './manifest-error.ts';
import { parseManifest } from './parse-manifest.ts';

const HEAD = 'sprintlab: 1\nname: demo\nquestion: Does it?\ndataset: shop\n';
const COLUMNS = { user: true, time: true, order: true, session: false, split: false } as const;

/** Mistakes, or warnings where there is no mistake, of a manifest on data with these columns of the items. */
function said(text: string, items: { readonly title: boolean; readonly categories: boolean }): readonly string[] {
  const datasets = new Map([['shop', { name: 'shop', columns: { ...COLUMNS, ...items } }]]);
  const readBase = (): never => {
    throw new Error('has no base');
  };
  try {
    const source = { file: 'demo.yaml', text: `${HEAD}${text}` };
    const { warnings } = parseManifest(source, { readBase, datasets, llms: ['simulated', 'noisy'] });
    return warnings.map((place) => `warning ${formatPlace(place)}`);
  } catch (error) {
    if (error instanceof ManifestError) return error.places.map(formatPlace);
    throw error;
  }
}

describe('what reads the texts of items', () => {
  it('is refused where they have none, with what still works', () => {
    const [refusal, ...others] = said('settings: {method: sprint}\n', { title: false, categories: false });
    expect(others).toEqual([]);
    expect(refusal).toBe(
      'demo.yaml:5:20 settings.method: the items of data set shop have neither titles nor categories; allowed: what works ' +
        'without texts (backbone, capacity-control, vs-knn, item-knn, popularity), or data with a title or categories column',
    );
    expect(said('settings: {method: capacity-control}\n', { title: false, categories: false })).toEqual([]);
  });

  it('goes on with categories alone, and says so', () => {
    expect(said('settings: {method: sprint}\n', { title: false, categories: true })).toEqual([
      'warning demo.yaml:4:10 dataset: the items of data set shop have no titles: prompts show their categories alone',
    ]);
    expect(said('settings: {method: sprint}\n', { title: true, categories: false })).toEqual([]);
  });

  it('is refused where it reads categories and there are titles only', () => {
    const titles = { title: true, categories: false };
    expect(said('arms: [{name: a, method: category-intent}]\n', titles)[0]).toContain(
      '5:26 arms[0].method: the items of data set shop have no categories',
    );
    expect(said('axes: {selection.sessionEntropy: [spectral, category]}\n', titles)[0]).toContain(
      '5:45 axes.selection.sessionEntropy[1]: the items of data set shop have no categories',
    );
  });
});

describe('an LLM that a manifest names', () => {
  it('must be one of the configuration', () => {
    const items = { title: true, categories: true };
    expect(said('axes: {profiling.llm: [simulated, noisi]}\n', items)).toEqual([
      'demo.yaml:5:35 axes.profiling.llm[1]: "noisi" is no LLM of this configuration; allowed: one of simulated, noisy, ' +
        'or another under llms in the file that SPRINTLAB_CONFIG names; did you mean noisy?',
    ]);
    expect(said('axes: {profiling.llm: [simulated, noisy]}\n', items)).toEqual([]);
    expect(said('settings: {method: popularity, profiling: {llm: absent}}\n', items)[0]).toMatch(/^warning .*ignored/);
  });
});
