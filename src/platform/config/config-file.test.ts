import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfigFile } from './config-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sprintlab-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function reading(text: string) {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, text);
  return readConfigFile(file);
}
const mistakesOf = (text: string) =>
  reading(text).mistakes.map(
    ({ line, column, path, problem }) => `${line ?? ''}:${column ?? ''} ${path ?? ''} ${problem}`,
  );

describe('the configuration file', () => {
  it('adds providers to the one that is built in', () => {
    expect(reading('llms:\n  noisy: {kind: simulated, errorRate: 0.5}\n').providers).toEqual({
      simulated: { kind: 'simulated', errorRate: 0.1 },
      noisy: { kind: 'simulated', errorRate: 0.5 },
    });
    expect(reading('').providers).toEqual({ simulated: { kind: 'simulated', errorRate: 0.1 } });
  });

  it('names every mistake with its line', () => {
    expect(mistakesOf('llms:\n  a: {kind: simulated, errorRate: 2}\n  b: {kind: oracle}\n')).toEqual([
      expect.stringMatching(/^2:35 llms\.a\.errorRate /) as string,
      expect.stringMatching(/^3:13 llms\.b\.kind /) as string,
    ]);
    expect(mistakesOf('llms: [\n')[0]).toMatch(/^2:1 /);
    expect(mistakesOf('llms:\n  a: &a {kind: simulated}\n  b: *a\n')).toEqual([
      '3:6  aliases are not allowed here; write the value out',
    ]);
  });

  it('refuses a file that is not there', () => {
    expect(readConfigFile(join(folder, 'absent.yaml')).mistakes[0]?.problem).toMatch(/cannot be read/);
  });
});
