import { beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '#features/comparisons/domain/comparison.ts';
import { sprintlab } from '../support/command-line.ts';
import { aHomeWithPlanted, answered, aSprintManifest } from '../support/planted-home.ts';

interface Run {
  readonly comparison: Comparison;
  readonly stages: { readonly executed: number };
}
interface Plan {
  readonly llm: { readonly calls: number };
}
interface Calls {
  readonly items: readonly { readonly hash: string; readonly step: string; readonly session: number | null }[];
}
interface Trials {
  readonly items: readonly { readonly id: string; readonly arm: string }[];
}
interface Recommendation {
  readonly intents: readonly {
    readonly id: string;
    readonly name: string;
    readonly probability: number;
    readonly evidence: string;
  }[];
}

let home: string;
const paid = async (): Promise<number> => {
  const { items } = await answered<Calls>(['calls', 'list', '--limit', '1000'], home);
  return new Set(items.map(({ hash }) => hash)).size;
};
const ratio = (value: string): Promise<string> =>
  aSprintManifest([
    `name: ratio-${value.replaceAll(/[^0-9]/g, '')}`,
    'settings: {method: sprint, backbone: {dimension: 16, layers: 1}, warmUp: {epochs: 2}, training: {epochs: 3}, ' +
      'intents: {initial: 8}, probe: {randomIntents: 0}, enrichment: {start: 1, ramp: 1}}',
    `axes: {selection.ratio: [${value}]}`,
  ]);

beforeAll(async () => {
  home = await aHomeWithPlanted();
}, 120_000);

describe('ratios that nest', () => {
  it('pay at each step for what it adds, and never more than the bill says', async () => {
    const paidAt: number[] = [];
    for (const value of ['0', '0.1', '0.2', '0.5']) {
      const manifest = await ratio(value);
      const before = await paid();
      const { llm } = await answered<Plan>(['plan', manifest], home);
      await answered<Run>(['run', manifest], home);
      const added = (await paid()) - before;
      expect(added).toBeLessThanOrEqual(llm.calls);
      paidAt.push(added);
      expect((await answered<Plan>(['plan', manifest], home)).llm.calls).toBe(0);
    }
    // The pool alone; then sessions, each of which needs two calls at least and seven at most.
    expect(paidAt[0]).toBeLessThanOrEqual(11);
    for (const added of paidAt.slice(1)) expect(added).toBeGreaterThan(0);
    expect(paidAt[3]).toBeGreaterThan(paidAt[2]!);
  }, 240_000);

  it('rest on the calls of all their sessions, whoever paid', async () => {
    const small = (await answered<Comparison>(['compare', 'ratio-01'], home)).arms[0]?.llm;
    const large = (await answered<Comparison>(['compare', 'ratio-05'], home)).arms[0]?.llm;
    expect(small?.calls).toBeGreaterThan(0);
    expect(large!.calls).toBeGreaterThan(small!.calls * 3);
    expect(large?.isSimulated).toBe(true);
  });
});

describe('recommend', () => {
  it('shows the intents behind a session with the items that support them, and asks no LLM', async () => {
    const { items } = await answered<Trials>(['trials', 'list', '--limit', '100'], home);
    const trial = items.find(({ arm }) => arm === 'sprint')?.id ?? items[0]!.id;
    const before = await paid();
    const session = ['item-1', 'item-2', 'item-3'];
    const { intents } = await answered<Recommendation>(
      ['recommend', '--trial', trial, '--items', session.join()],
      home,
    );
    expect(intents.length).toBeLessThanOrEqual(3);
    for (const { name, probability, evidence } of intents) {
      expect(name).toMatch(/\S/);
      expect(probability).toBeGreaterThan(0);
      expect(session).toContain(evidence);
    }
    expect(await paid()).toBe(before);
  });
});

describe('a session of one repeated item, and all ratios at their ends', () => {
  it('profile every session at ratio 1', async () => {
    const { code, err } = await sprintlab(['run', await ratio('1')], { home });
    expect([code, err]).toEqual([0, expect.stringContaining('1 of 1 trials succeeded') as string]);
  }, 120_000);
});
