import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '#science/random/stream.ts';
import {
  confidenceThreshold,
  confidentContexts,
  enrichedTargets,
  type EnrichmentSettings,
  type IntentBank,
  labelCoverage,
} from './enrichment.ts';
import { nearestNeighbours } from './neighbours.ts';
import { blended, labelDistribution, type SessionLabels, smoothed } from './session-labels.ts';

const SETTINGS: EnrichmentSettings = {
  strategy: 'neighbour',
  neighbours: 2,
  temperature: 0.5,
  blend: 0.8,
  teacher: 0.99,
  confidence: 'median',
};

function labelsOf(intents: readonly (readonly number[])[]): SessionLabels {
  const ofContexts = intents.map((own) => Int32Array.from(own));
  const labelled = Int32Array.from(ofContexts.keys()).filter((context) => ofContexts[context]!.length > 0);
  return { labelled, intents: ofContexts };
}

function bankOf(intents: readonly (readonly number[])[]): IntentBank {
  return { hidden: new Float32Array(0), intents: Float32Array.from(intents.flat()), count: intents[0]!.length };
}

/** Every context has the two others as neighbours, at these cosines. */
const OTHERS = {
  count: 2,
  rows: Int32Array.of(1, 2, 0, 2, 0, 1),
  cosines: Float64Array.of(0.9, 0.4, 0.9, 0.5, 0.4, 0.5),
};
const EVEN = [0.5, 0.5] as const;

describe('the intents of a session', () => {
  it('come from its neighbours by their cosines: labels where they have one, else what the teacher predicts', () => {
    const bank = bankOf([[...EVEN], [...EVEN], [0.2, 0.8]]);
    const labels = labelsOf([[], [0], []]);
    const { distributions, confidence, exists } = enrichedTargets(bank, labels, {
      settings: SETTINGS,
      neighbours: OTHERS,
    });
    // Weights of the neighbours of 0 at τ .5: e^1.8 and e^.8, so .731 and .269; .731 · (1, 0) + .269 · (.2, .8) = (.785, .215).
    expect([...distributions.subarray(0, 2)]).toEqual([expect.closeTo(0.78485, 5), expect.closeTo(0.21515, 5)]);
    // H = −.78485 ln .78485 − .21515 ln .21515 = .52068; κ = 1 − .52068 / ln 2.
    expect(confidence[0]).toBeCloseTo(0.24882, 4);
    expect([...exists]).toEqual([1, 1, 1]);
  });

  it('are one intent alone where all its neighbours are labelled so', () => {
    const bank = bankOf([[...EVEN], [...EVEN], [...EVEN]]);
    const { distributions, confidence } = enrichedTargets(bank, labelsOf([[], [1], [1]]), {
      settings: SETTINGS,
      neighbours: OTHERS,
    });
    expect([...distributions.subarray(0, 2)]).toEqual([0, expect.closeTo(1, 6)]);
    expect(confidence[0]).toBeCloseTo(1, 6);
  });

  it('come from the labelled neighbours alone where the others do not count, and from nowhere where there are none', () => {
    const bank = bankOf([[...EVEN], [...EVEN], [0.2, 0.8]]);
    const settings = { ...SETTINGS, strategy: 'labelled-only' } as const;
    const { distributions, confidence, exists } = enrichedTargets(bank, labelsOf([[], [0, 1], []]), {
      settings,
      neighbours: OTHERS,
    });
    expect([...exists]).toEqual([1, 0, 1]);
    expect([...distributions]).toEqual([0.5, 0.5, 0, 0, 0.5, 0.5]);
    expect(confidence[1]).toBe(0);
  });

  it('are what the teacher predicts of the session itself, whoever its neighbours are', () => {
    const bank = bankOf([[0.9, 0.1], [...EVEN], [0.2, 0.8]]);
    const settings = { ...SETTINGS, strategy: 'self' } as const;
    const { distributions } = enrichedTargets(bank, labelsOf([[1], [], []]), { settings, neighbours: null });
    expect(distributions).toEqual(bank.intents);
  });

  it.each(['neighbour', 'self', 'labelled-only'] as const)('(%s) sum to 1 where there are any', (strategy) => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 5 }), (seed, n, count) => {
        const rng = stream(seed, 'data', 'test/bank');
        const vectors = Float32Array.from({ length: n * 2 }, () => rng.uniform() - 0.5);
        const rows = Array.from({ length: n }, () => {
          const shares = Array.from({ length: count }, () => rng.uniform() + 1e-3);
          return shares.map((share) => share / shares.reduce((sum, other) => sum + other, 0));
        });
        const labels = labelsOf(rows.map(() => (rng.uniform() < 0.4 ? [rng.integer(count)] : [])));
        const neighbours = strategy === 'self' ? null : nearestNeighbours({ data: vectors, dimension: 2 }, 3);
        const settings = { ...SETTINGS, strategy };
        const { distributions, exists } = enrichedTargets(bankOf(rows), labels, { settings, neighbours });
        for (let context = 0; context < n; context++) {
          const own = distributions.subarray(context * count, (context + 1) * count);
          expect(own.reduce((sum, share) => sum + share, 0)).toBeCloseTo(exists[context]!, 5);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('who is taught them', () => {
  const targets = {
    distributions: new Float32Array(0),
    confidence: Float64Array.of(0.9, 0.3, 0.1, 0.2, 0),
    exists: Uint8Array.of(1, 1, 1, 1, 0),
  };
  const labels = labelsOf([[0], [], [], [], []]);

  it('are sessions without a label, from the median of their confidences on', () => {
    // Of .3, .1, .2 and 0 the middle ones are .1 and .2.
    const threshold = confidenceThreshold('median', targets.confidence, labels);
    expect(threshold).toBeCloseTo(0.15, 12);
    expect([...confidentContexts(targets, labels, threshold)]).toEqual([1, 3]);
  });

  it('are none that say next to nothing, whatever the median is', () => {
    expect(confidenceThreshold('median', Float64Array.of(0.9, 0.01, 0.02), labelsOf([[0], [], []]))).toBe(0.05);
  });

  it('are those from a number on that was given, but never one without intents', () => {
    expect(confidenceThreshold(0, targets.confidence, labels)).toBe(0);
    expect([...confidentContexts(targets, labels, 0)]).toEqual([1, 2, 3]);
  });

  it('shows in the share of sessions that have a labelled one near', () => {
    const neighbours = { count: 1, rows: Int32Array.of(1, 0, 1, 2), cosines: new Float64Array(4) };
    expect(labelCoverage(neighbours, labelsOf([[0], [], [], []]))).toBe(0.25);
  });
});

describe('what a labelled session is taught', () => {
  it('is its label smoothed, and blended with what enrichment says of it', () => {
    const label = labelDistribution(Int32Array.of(0, 2), 4);
    expect([...label]).toEqual([0.5, 0, 0.5, 0]);
    // ε = .2: .8 · .5 + .2 / 4 = .45, and .05.
    const soft = smoothed(label, 0.2);
    expect([...soft].map((share) => Number(share.toFixed(6)))).toEqual([0.45, 0.05, 0.45, 0.05]);
    // α = .8: .8 · .45 + .2 · 1 = .56, .8 · .05 = .04, .8 · .45 = .36, .04.
    const both = blended(soft, Float32Array.of(1, 0, 0, 0), 0.8);
    expect([...both].map((share) => Number(share.toFixed(6)))).toEqual([0.56, 0.04, 0.36, 0.04]);
  });
});
