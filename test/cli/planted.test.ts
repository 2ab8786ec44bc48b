import { beforeAll, describe, expect, it } from 'vitest';
import { shellOfThisFile } from '../support/shell.ts';

const shell = shellOfThisFile();
const SIZES = '--sessions 60 --valid-sessions 20 --test-sessions 50 --items 48';
const generate = (options: string): string[] => `datasets generate planted --name tiny ${options}`.split(' ');
let home: string;

beforeAll(async () => {
  home = await shell.folder();
  const { code, err } = await shell.run(generate(SIZES), { home });
  if (code !== 0) throw new Error(err);
});

describe('a planted data set', () => {
  it('is registered with its synonyms and its truth, and says what oracles reach', async () => {
    const answer = await shell.json(generate(SIZES), { home });
    const rate: unknown = expect.any(Number);
    const hash: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(answer).toMatchObject({
      isNew: false,
      origin: { kind: 'synthetic', generator: 'planted', seed: 1 },
      counts: { sessions: 130 },
      files: { synonyms: hash, truth: hash },
      oracles: { popularity: rate, context: rate, sessionIntents: rate, nextIntent: rate },
    });
    const { items } = (await shell.json(['artifacts', 'list'], { home })) as { items: { name: string }[] };
    expect(items.map(({ name }) => name)).toEqual(expect.arrayContaining(['synonyms.json', 'truth.safetensors']));
  });

  it('is called synthetic, and sessions and split are as given', async () => {
    const { out } = await shell.run('datasets show tiny --min-item-count 1'.split(' '), { home });
    expect(out).toContain('from: SYNTHETIC (planted, seed 1)');
    expect(out).toContain('which no trial can read');
    expect(out).toContain('Under given × given');
  });

  it('begins with a preset, which other options change', async () => {
    const options = `--preset planted-demo --items 60 --valid-sessions 20 --test-sessions 50`;
    const place = { home: await shell.folder() };
    expect(await shell.json(generate(options), place)).toMatchObject({ counts: { sessions: 3070, items: 60 } });
  });

  it.each([
    ['--items 30', 'items: 30 is no number of items; at least 48, 4 for each of 12 intents.'],
    ['--intents 13', 'intents: 13 is no number of intents; a whole number from 2 to 12.'],
    ['--transitions 2', 'transitions: 2 is no number of transitions; a number from 0 to 0.9.'],
    ['--sessions none', "argument 'none' is invalid. It must be a whole number from 1."],
    ['--preset large', 'Allowed choices are planted-demo, planted-effect.'],
  ])('with %s is refused in one sentence', async (options, message) => {
    const { code, err } = await shell.run(generate(options), { home });
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(err).toMatch(/^[^\n]+\n$/);
  });

  it('of other contents does not take the name of another', async () => {
    expect(await shell.refusal(generate(`${SIZES} --seed 2`), { home })).toMatchObject({ code: 'DATASET_EXISTS' });
  });
});
