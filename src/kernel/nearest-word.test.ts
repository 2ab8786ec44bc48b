import { describe, expect, it } from 'vitest';
import { nearestWord } from './nearest-word.ts';

describe('nearestWord', () => {
  it.each([
    ['uncertanty', ['random', 'uncertainty', 'longest'], 'uncertainty'],
    ['Random', ['random'], 'random'],
    ['ratio', ['selection.ratio', 'selection.k'], 'selection.ratio'],
    ['temperature', ['profiling.temperature', 'predictor.temperature'], null],
    ['popular', ['popularity', 'item-knn'], 'popularity'],
    ['b', ['a'], null],
    ['hello', ['random', 'longest'], null],
    ['x', [], null],
  ])('finds what %j means', (word, known, meant) => {
    expect(nearestWord(word, known)).toBe(meant);
  });
});
