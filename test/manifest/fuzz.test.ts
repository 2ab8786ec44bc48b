import { describe, expect, it } from 'vitest';
import { formatPlace } from '#kernel/domain-error.ts';
import { expandArms } from '#features/experiments/domain/arms.ts';
import { ManifestError } from '#features/experiments/domain/manifest-error.ts';
import { parseManifest } from '#features/experiments/domain/parse-manifest.ts';
import { countTrials, planTrials } from '#features/experiments/domain/trials.ts';
import { mutatedManifest, SOUND_MANIFEST } from '../support/manifest-mutations.ts';

const columns = { user: true, time: true, order: false, session: false, split: false, title: false, categories: false };
const datasets = new Map(['beauty', 'books'].map((name) => [name, { name, columns }]));

function noBase(): never {
  throw new Error('No mutation extends a file.');
}

/** The number of trials planned, or the mistakes. */
function outcomeOf(text: string): number | ManifestError {
  try {
    const { manifest } = parseManifest({ file: 'fuzz.yaml', text }, { readBase: noBase, datasets });
    const arms = expandArms(manifest);
    const trials = planTrials(manifest, arms, datasets);
    expect(trials).toHaveLength(countTrials(manifest, arms));
    return trials.length;
  } catch (error) {
    if (error instanceof ManifestError) return error;
    throw error;
  }
}

describe('five hundred broken manifests', () => {
  it('start from one that is right', () => {
    // 3 neighbours less 1 excluded, and 2 named arms, on 2 data sets; no method reads a seed
    expect(outcomeOf(SOUND_MANIFEST)).toBe(8);
  });

  it('are planned, or refused with places in the file, and nothing else', () => {
    let refused = 0;
    for (let number = 1; number <= 500; number += 1) {
      const text = mutatedManifest(number);
      const outcome = outcomeOf(text);
      if (typeof outcome === 'number') {
        expect(outcome).toBeGreaterThan(0);
        continue;
      }
      refused += 1;
      expect(outcome.places.length).toBeGreaterThan(0);
      const lines = text.split('\n').length;
      for (const place of outcome.places) {
        expect(place.file, formatPlace(place)).toBe('fuzz.yaml');
        expect(place.line, formatPlace(place)).toBeGreaterThan(0);
        expect(place.line, formatPlace(place)).toBeLessThanOrEqual(lines);
        expect(place.column, formatPlace(place)).toBeGreaterThan(0);
        expect(place.problem).not.toMatch(/undefined|\[object|NaN/);
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});
