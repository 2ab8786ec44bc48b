import { expect, it } from 'vitest';
import { fillNormal } from './normal.ts';
import { stream } from './stream.ts';

it('fillNormal draws with the mean, the deviation and the tails of the normal distribution', () => {
  const numbers = new Float32Array(100_001);
  fillNormal(numbers, 0.02, stream(1, 'train', 'normal'));
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const deviation = Math.sqrt(numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length);
  const beyondTwo = numbers.filter((x) => Math.abs(x) > 0.04).length / numbers.length;
  // Four standard errors: of the mean .02 / √n, of the deviation .02 / √2n, of the share √(.0455 · .9545 / n); n = 100,001.
  expect(Math.abs(mean)).toBeLessThan(4 * 6.4e-5);
  expect(Math.abs(deviation - 0.02)).toBeLessThan(4 * 4.5e-5);
  expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(4 * 6.6e-4);
});
