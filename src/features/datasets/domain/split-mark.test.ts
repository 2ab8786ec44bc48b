import { describe, expect, it } from 'vitest';
import { parseSplitMark } from './split-mark.ts';

describe('parseSplitMark', () => {
  it.each([
    ['train', 'train'],
    [' Train ', 'train'],
    ['valid', 'valid'],
    ['validation', 'valid'],
    ['VAL', 'valid'],
    ['dev', 'valid'],
    ['test', 'test'],
  ])('reads %j as %s', (text, mark) => {
    expect(parseSplitMark(text)).toBe(mark);
  });

  it.each(['', 'training', '0', 'constructor'])('knows no mark %j', (text) => {
    expect(parseSplitMark(text)).toBeNull();
  });
});
