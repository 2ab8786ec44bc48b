import { describe, expect, it } from 'vitest';
import { InvalidDatasetNameError, parseDatasetName } from './dataset-name.ts';

describe('parseDatasetName', () => {
  it.each(['a', '0', 'amazon-beauty', 'ml_1m.v2', 'x'.repeat(64)])('takes %s', (name) => {
    expect(parseDatasetName(name)).toBe(name);
  });

  it.each(['', '-a', '.a', 'Amazon', 'a b', '../a', 'a/b', 'é', 'a\n', 'x'.repeat(65)])('refuses %j', (name) => {
    expect(() => parseDatasetName(name)).toThrow(InvalidDatasetNameError);
  });

  it('offers the nearest name that would do', () => {
    expect(new InvalidDatasetNameError('Amazon Beauty!').places[0]?.suggestion).toBe('amazon-beauty');
    expect(new InvalidDatasetNameError('!!').places[0]?.suggestion).toBeNull();
  });
});
