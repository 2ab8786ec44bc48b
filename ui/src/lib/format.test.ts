import { describe, expect, it } from 'vitest';
import { ago, bytes, count, difference, duration, metric, money, number } from './format.ts';

describe('numbers for people', () => {
  it('always say the sign of a difference, and none of nothing', () => {
    expect([0.0123, -0.0123, 0.00001].map((value) => difference(value))).toEqual(['+0.0123', '−0.0123', '±0.0000']);
  });

  it('say a dash where there is no value, which is not zero', () => {
    expect([metric(null), count(undefined), money(null), metric(0), money(0)]).toEqual(['–', '–', '–', '0.0000', '$0']);
  });

  it('never round a cost to nothing', () => {
    expect([0.00001, 0.0123, 12.345, 12_345].map(money)).toEqual(['< $0.0001', '$0.0123', '$12.35', '$12,345.00']);
  });

  it('say two units of a duration at most', () => {
    expect([0.0123, 9.87, 45, 245, 7810, 273_900].map(duration)).toEqual([
      '12 ms',
      '9.9 s',
      '45 s',
      '4 min 5 s',
      '2 h 10 min',
      '3 d 4 h',
    ]);
  });

  it('keep four significant digits', () => {
    expect([0.123456, 12.3456, 123_456.7, -3].map(number)).toEqual(['0.1235', '12.35', '123,457', '−3']);
  });

  it('say sizes in steps of a thousand', () => {
    expect([999, 1234, 65_000, 3_400_000].map(bytes)).toEqual(['999 B', '1.2 kB', '65 kB', '3.4 MB']);
  });

  it('say how long ago, and the day itself after a week', () => {
    const now = Date.parse('2026-03-10T12:00:00Z');
    const said = ['2026-03-10T11:59:50Z', '2026-03-10T11:20:00Z', '2026-03-08T12:00:00Z', '2026-02-01T12:00:00Z'].map(
      (at) => ago(at, now),
    );
    expect(said).toEqual(['just now', '40 min ago', '2 d ago', '1 Feb 2026']);
  });
});
