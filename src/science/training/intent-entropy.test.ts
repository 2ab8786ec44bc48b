import { describe, expect, it } from 'vitest';
import { intentMonitors, relativeEntropy } from './intent-entropy.ts';

describe('the entropy of a distribution', () => {
  it('is 1 where it is uniform and 0 where it is one intent', () => {
    expect(relativeEntropy(Float32Array.of(0.25, 0.25, 0.25, 0.25))).toBeCloseTo(1, 12);
    expect(relativeEntropy(Float32Array.of(0, 1, 0))).toBe(0);
  });

  it('is 0 where there is one intent only, which is always sure', () => {
    expect(relativeEntropy(Float32Array.of(1))).toBe(0);
  });
});

describe('the monitors', () => {
  it('tell a predictor that gives all sessions one intent', () => {
    const monitors = intentMonitors(Float32Array.of(0.9, 0.1, 0.9, 0.1, 0.4, 0.6), 2);
    expect(monitors.topIntentShare).toBeCloseTo(2 / 3, 12);
    // The mean is (.7333, .2667).
    expect(monitors.intentEntropy).toBeCloseTo(0.83664, 4);
  });

  it('tell a predictor that is sure of every session from one that knows nothing, though both use all intents alike', () => {
    const sure = intentMonitors(Float32Array.of(1, 0, 0, 1), 2);
    const ignorant = intentMonitors(Float32Array.of(0.5, 0.5, 0.5, 0.5), 2);
    expect([sure.intentEntropy, ignorant.intentEntropy]).toEqual([1, 1]);
    expect([sure.intentUncertainty, ignorant.intentUncertainty]).toEqual([0, 1]);
  });
});
