import { describe, expect, it } from 'vitest';
import { ManifestError } from './manifest-error.ts';
import { parseManifest } from './parse-manifest.ts';

const HEAD = 'sprintlab: 1\nname: demo\nquestion: Does it?\ndataset: shop\n';
const readBase = (): never => {
  throw new Error('has no base');
};

function said(settings: string): readonly string[] {
  try {
    return parseManifest({ file: 'a.yaml', text: `${HEAD}${settings}\n` }, { readBase }).warnings.map(
      ({ problem }) => `warning: ${problem}`,
    );
  } catch (error) {
    if (error instanceof ManifestError) return error.places.map(({ path, problem }) => `${path ?? ''}: ${problem}`);
    throw error;
  }
}

describe('the epochs that training may keep', () => {
  it('are refused before anything is paid where there is none', () => {
    expect(said('settings: {training: {epochs: 5}, enrichment: {start: 4, ramp: 2}}')).toEqual(
      ['training.epochs: no epoch could be kept: epoch 6 is the first with enrichment at its full weight'].map(
        (text) => `settings.${text}`,
      ),
    );
    expect(said('settings: {training: {epochs: 6}, enrichment: {start: 4, ramp: 2}}')).toEqual([]);
  });

  it('are warned of where the warm-up may leave none', () => {
    // A best epoch of 60 gives 6 + 12.
    expect(said('settings: {training: {epochs: 17}}')).toEqual([
      expect.stringContaining('the first that training may keep is epoch 18, and training has 17') as string,
    ]);
    expect(said('settings: {training: {epochs: 18}}')).toEqual([]);
    expect(said('settings: {method: popularity, training: {epochs: 1}}')[0]).toContain('ignored by method popularity');
  });
});
