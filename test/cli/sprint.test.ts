import { beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '#features/comparisons/domain/comparison.ts';
import { GENERATE_PLANTED, sprintManifest } from '../support/planted-home.ts';
import { shellOfThisFile } from '../support/shell.ts';

interface Plan {
  readonly llm: { readonly calls: number };
}
interface Calls {
  readonly items: readonly { readonly call: string }[];
}
interface Trials {
  readonly items: readonly { readonly id: string; readonly experiment: string }[];
}
interface Recommendation {
  readonly intents: readonly {
    readonly id: number;
    readonly name: string;
    readonly probability: number;
    readonly evidence: string;
  }[];
}

const shell = shellOfThisFile();
let home: string;

async function answered<Answer>(...words: readonly string[]): Promise<Answer> {
  return (await shell.json(words, { home })) as Answer;
}

/** Calls that were paid so far. */
async function paid(): Promise<number> {
  const { items } = await answered<Calls>('calls', 'list', '--limit', '1000000');
  return new Set(items.map(({ call }) => call)).size;
}

const SETTINGS =
  'backbone: {dimension: 16, layers: 1}, warmUp: {epochs: 2}, training: {epochs: 8}, intents: {initial: 8}, ' +
  'probe: {randomIntents: 0}, enrichment: {start: 1, ramp: 1}, loss: {intent: 2}';

const ratio = (value: string): Promise<string> =>
  shell.file(
    'ratio.yaml',
    sprintManifest([
      `name: ratio-${value.replace('.', '')}`,
      `settings: {method: sprint, ${SETTINGS}, selection: {ratio: ${value}}}`,
    ]),
  );

beforeAll(async () => {
  home = await shell.folder();
  const { code, err } = await shell.run(GENERATE_PLANTED, { home });
  if (code !== 0) throw new Error(err);
}, 120_000);

describe('ratios that nest', () => {
  it('pay at each step for what it adds, and never more than the bill says', async () => {
    const paidAt: number[] = [];
    for (const value of ['0', '0.1', '0.2', '0.5']) {
      const manifest = await ratio(value);
      const before = await paid();
      const { llm } = await answered<Plan>('plan', manifest);
      await answered('run', manifest);
      paidAt.push((await paid()) - before);
      expect(paidAt.at(-1)).toBeLessThanOrEqual(llm.calls);
      expect((await answered<Plan>('plan', manifest)).llm.calls).toBe(0);
    }
    const [pool, tenth, fifth, half] = paidAt as [number, number, number, number];
    expect(pool).toBeLessThanOrEqual(11);
    // A fifth adds as many sessions as a tenth, and half three times as many; each needs between two and twelve calls.
    expect(fifth).toBeLessThan(3 * tenth);
    expect(half).toBeGreaterThan(fifth);
    expect(half).toBeLessThan(6 * fifth);
  }, 240_000);

  it('rest on the calls of all their sessions, whoever paid', async () => {
    const small = (await answered<Comparison>('compare', 'ratio-01')).arms[0]!.llm!;
    const large = (await answered<Comparison>('compare', 'ratio-05')).arms[0]!.llm!;
    expect(small.calls).toBeGreaterThan(11);
    expect(large.calls).toBeGreaterThan(small.calls * 3);
    expect(large.isSimulated).toBe(true);
  });

  it('profile every session at ratio 1', async () => {
    const { code, err } = await shell.run(['run', await ratio('1')], { home });
    expect([code, err]).toEqual([0, expect.stringContaining('1 of 1 trials succeeded') as string]);
  }, 120_000);
});

describe('recommend', () => {
  it('shows the intents behind a session with the items that support them, and asks no LLM', async () => {
    const { items } = await answered<Trials>('trials', 'list');
    const trial = items.find(({ experiment }) => experiment === 'ratio-05')!.id;
    const before = await paid();
    const session = ['item-1', 'item-2'];
    const words = ['recommend', '--trial', trial, '--items', session.join()];
    const { intents } = await answered<Recommendation>(...words);
    expect(intents.length).toBeGreaterThan(0);
    expect(intents.length).toBeLessThanOrEqual(3);
    for (const { name, probability, evidence } of intents) {
      expect(name).toMatch(/\S/);
      expect(probability).toBeGreaterThan(0);
      expect(session).toContain(evidence);
    }
    expect((await shell.run(words, { home })).out).toMatch(/^intent +probability +supported by$/m);
    expect(await paid()).toBe(before);
  });
});
