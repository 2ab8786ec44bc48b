import { describe, expect, it } from 'vitest';
import { needsTeacher, rampAt, type TeachingSettings } from './teaching.ts';

describe('the ramp of enrichment', () => {
  it('rises from 0 at E_s to 1 at E_s + E_r, and stays', () => {
    const ramp = Array.from({ length: 6 }, (_, at) => rampAt(at + 1, { start: 2, ramp: 2 }));
    expect(ramp).toEqual([0, 0, 0.5, 1, 1, 1]);
  });

  it('is whole from E_s on where it takes no epochs', () => {
    expect([1, 2, 3].map((epoch) => rampAt(epoch, { start: 2, ramp: 0 }))).toEqual([0, 1, 1]);
  });
});

describe('a teacher', () => {
  const settings: TeachingSettings = {
    labels: { position: Int32Array.of(0), offsets: Int32Array.of(0, 1), intents: Int32Array.of(0) },
    smoothing: 0,
    gradient: 'full',
    loss: { intent: 0.1, enrichment: 0 },
    enrichment: { strategy: 'neighbour', neighbours: 5, temperature: 1, blend: 0.8, teacher: 0.9, confidence: 0 },
    schedule: { start: 1, ramp: 1 },
  };

  it('is needed for what labels are blended with, though no other session is taught', () => {
    expect(needsTeacher(settings)).toBe(true);
    expect(needsTeacher({ ...settings, enrichment: { ...settings.enrichment!, blend: 1 } })).toBe(false);
    expect(needsTeacher({ ...settings, loss: { intent: 0, enrichment: 0 } })).toBe(false);
  });
});
