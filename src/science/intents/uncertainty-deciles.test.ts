import { describe, expect, it } from 'vitest';
import { stream } from '#science/random/stream.ts';
import { byUncertainty, stratified } from './uncertainty-deciles.ts';

const scored = (count: number): Parameters<typeof byUncertainty>[0] => {
  const entropy = Float64Array.from({ length: count }, (_, at) => at);
  return {
    position: Int32Array.from({ length: count }, (_, at) => 10 * at),
    length: new Int32Array(count),
    sessionEntropy: entropy,
    predictionEntropy: entropy,
  };
};

describe('deciles of uncertainty', () => {
  it('begin with the most uncertain sessions', () => {
    const sessions = byUncertainty(scored(20));
    expect(sessions[0]).toEqual({ position: 190, uncertainty: 2 / 61, decile: 10 });
    expect(sessions.map(({ decile }) => decile)).toEqual(
      Array.from({ length: 20 }, (_, at) => 10 - Math.floor(at / 2)),
    );
  });

  it('give as many sessions each, and together as many as are asked for', () => {
    const chosen = stratified(byUncertainty(scored(200)), 25, stream(1, 'profile', 'x'));
    expect(chosen).toHaveLength(25);
    const counts = Array.from({ length: 10 }, (_, at) => chosen.filter(({ decile }) => decile === at + 1).length);
    expect(counts).toEqual([3, 2, 3, 2, 3, 2, 3, 2, 3, 2]);
    expect(new Set(chosen.map(({ position }) => position)).size).toBe(25);
  });

  it('give what there is', () => {
    expect(stratified(byUncertainty(scored(7)), 300, stream(1, 'profile', 'x'))).toHaveLength(7);
    expect(stratified(byUncertainty(scored(0)), 300, stream(1, 'profile', 'x'))).toEqual([]);
  });
});
