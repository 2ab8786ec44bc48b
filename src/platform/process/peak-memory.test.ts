import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { peakMemoryBytes } from './peak-memory.ts';

const BUILT = new URL('../../../dist/platform/process/peak-memory.js', import.meta.url).href;
const LARGE = 400e6;

it('counts what a process had once and gave back, and nothing of the process that started it', async () => {
  const before = peakMemoryBytes();
  // Zeros that were never written take no memory.
  expect(Buffer.alloc(LARGE, 1).at(-1)).toBe(1);
  expect(peakMemoryBytes()).toBeGreaterThan(Math.max(before, LARGE));
  const program = `import('${BUILT}').then(({ peakMemoryBytes }) => console.log(peakMemoryBytes()))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', program]);
  expect(Number(stdout)).toBeGreaterThan(20e6);
  expect(Number(stdout)).toBeLessThan(200e6);
});
