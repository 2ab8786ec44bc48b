import { describe, expect, it } from 'vitest';
import { yamlPlace } from './yaml-place.ts';

const at = (text: string) => {
  const { path, isValue, word } = yamlPlace(text.split('\n'));
  return `${path.join('/')}${isValue ? '=' : '/'}${word}`;
};

describe('the place of a cursor in a manifest', () => {
  it.each([
    ['se', '/se'],
    ['settings:\n  selection:\n    stra', 'settings/selection/stra'],
    ['settings:\n  selection:\n    ratio: 0.1\n  intents:\n    ca', 'settings/intents/ca'],
    ['settings:\n  selection:\n    strategy: unc', 'settings/selection/strategy=unc'],
    ['settings: {selection: {strategy: ra', 'settings/selection/strategy=ra'],
    ['settings: {backbone: {dimension: 16}, sel', 'settings/sel'],
    ['axes:\n  selection.strategy: [random, unc', 'axes/selection.strategy=unc'],
    ['axes: {selection.strategy: [random], intents.c', 'axes/intents.c'],
    ['arms:\n  - {name: a, meth', 'arms/meth'],
    ['arms: [{name: a, method: pop', 'arms/method=pop'],
    ['name: x\nreport:\n  pri', 'report/pri'],
  ])('of %j is %s', (text, expected) => {
    expect(at(text)).toBe(expected);
  });
});
