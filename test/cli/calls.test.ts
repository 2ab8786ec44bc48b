import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAsking } from '../support/asking-builder.ts';
import { openSqliteHome, type TestHome } from '../support/home.ts';
import { aProfiledExperiment, keyOf } from '../support/profiled-home.ts';
import { shellOfThisFile } from '../support/shell.ts';

const shell = shellOfThisFile();
let rows: TestHome;
let home: string;

const HOSTILE = 'Shampoo\u001b[2J <b>\n"\u0000\u202e';
const POOL = [anAsking('explore', { answer: '{"intents":[]}', outcome: 'used', subject: subjectOfPool() })];
const FIRST = [
  anAsking('identify 1', { outcome: 'used' }),
  anAsking('predict 1', { outcome: 'right', answer: HOSTILE }),
];
const SECOND = [anAsking('identify 2', { outcome: 'not-json' }), FIRST[0]!];

function subjectOfPool() {
  return { purpose: 'profiling', step: 'EXPLORE', session: null, attempt: 1, variant: 'asked' } as const;
}

beforeAll(async () => {
  rows = await openSqliteHome();
  home = rows.folder;
  await aProfiledExperiment(rows, 'profiled', {
    stages: [
      { word: 'pool', kind: 'pool', askings: POOL, intents: [{}] },
      { word: 'batch 0', kind: 'profiling-batch', after: 'pool', askings: FIRST, intents: [{}, { id: 2 }] },
      {
        word: 'batch 1',
        kind: 'profiling-batch',
        after: 'batch 0',
        askings: SECOND,
        warnings: ['stalled\u001b[31m', 'stalled\u001b[31m'],
      },
    ],
    trials: { short: ['pool', 'batch 0'], long: ['pool', 'batch 0', 'batch 1'] },
  });
});
afterAll(() => rows.close());

interface Item extends Readonly<Record<string, unknown>> {
  readonly call: string;
}
const items = async (words: readonly string[]): Promise<readonly Item[]> =>
  ((await shell.json(words, { home })) as { readonly items: readonly Item[] }).items;
const trialOf = async (arm: string): Promise<string> =>
  String((await items(['trials', 'list', '--filter', `arm=${arm}`]))[0]?.['id']);
const lines = (text: string): readonly Item[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Item);

describe('calls list', () => {
  it('has one item a use, with everything but the texts', async () => {
    const all = await items(['calls', 'list']);
    expect(all).toHaveLength(5);
    expect(all.find(({ step }) => step === 'EXPLORE')).toEqual({
      id: `${keyOf('pool')}/profiling/-/1/EXPLORE/asked`,
      call: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      stage: keyOf('pool'),
      purpose: 'profiling',
      step: 'EXPLORE',
      session: null,
      attempt: 1,
      variant: 'asked',
      outcome: 'used',
      reused: false,
      model: 'simulated',
      finish: 'stop',
      promptTokens: 100,
      completionTokens: 20,
      usd: 0,
      latencyMs: 1.5,
      answeredAt: '2025-01-01T00:00:00.000Z',
    });
  });

  it.each([
    [['--filter', 'outcome=not-json'], 1],
    [['--filter', 'reused=true'], 1],
    [['--filter', 'session is null'], 1],
    [['--stage', keyOf('batch 1').slice(0, 10)], 2],
    [['--experiment', 'profiled@1', '--filter', 'step!=EXPLORE'], 4],
  ])('is narrowed by %j', async (words, count) => {
    expect(await items(['calls', 'list', ...words])).toHaveLength(count);
  });

  it('is that of a trial, in pages', async () => {
    const trial = await trialOf('short');
    const own = await items(['calls', 'list', '--trial', trial]);
    expect(own.map(({ stage }) => stage).sort()).toEqual([keyOf('batch 0'), keyOf('batch 0'), keyOf('pool')].sort());
    const page = (await shell.json(['calls', 'list', '--trial', trial, '--limit', '2'], { home })) as { next: string };
    expect(await items(['calls', 'list', '--trial', trial, '--after', page.next])).toEqual(own.slice(2));
  });

  it('refuses two ways to say which stages', async () => {
    const refusal = await shell.refusal(['calls', 'list', '--trial', 'a', '--stage', 'b'], { home });
    expect([refusal.exit, refusal.code]).toEqual([2, 'WRONG_USAGE']);
    expect(refusal.message).toContain("'--trial <id>' cannot be used with option '--stage <key>'");
  });
});

describe('calls show', () => {
  it('gives the whole prompt and answer, and every use', async () => {
    const [use] = await items(['calls', 'list', '--filter', 'outcome=right']);
    const call = await shell.json(['calls', 'show', use!.call.slice(0, 12)], { home });
    expect(call).toMatchObject({
      hash: use!.call,
      model: 'simulated',
      parameters: { errorRate: 0 },
      messages: [
        { role: 'system', content: 'Answer.' },
        { role: 'user', content: 'predict 1' },
      ],
      temperature: 0.2,
      answer: HOSTILE,
      paidBy: keyOf('batch 0'),
      uses: [{ stage: keyOf('batch 0'), outcome: 'right', reused: false }],
    });
  });

  it('shows a person nothing that a terminal would obey, and that the model was simulated', async () => {
    const [use] = await items(['calls', 'list', '--filter', 'outcome=right']);
    const { out } = await shell.run(['calls', 'show', use!.call], { home });
    expect(out).toContain('Shampoo\\u001b[2J <b>\n"\\u0000\\u202e\n');
    expect(out).toContain('SIMULATED');
  });

  it('names both users of an answer that was reused', async () => {
    const [reused] = await items(['calls', 'list', '--filter', 'reused=true']);
    const { uses } = (await shell.json(['calls', 'show', reused!.call], { home })) as { uses: readonly Item[] };
    expect(uses.map(({ reused: isReused }) => isReused).sort()).toEqual([false, true]);
  });
});

describe('calls export', () => {
  it('prints a line of JSON a use, whole', async () => {
    const { out } = await shell.run(['calls', 'export', '--stage', keyOf('batch 0')], { home });
    expect(lines(out).map(({ answer }) => answer)).toEqual(['answer to identify 1', HOSTILE]);
    const page = await items(['calls', 'export', '--stage', keyOf('batch 0')]);
    expect(page).toEqual(lines(out));
  });

  it('writes a new file, and never over one', async () => {
    const file = join(await shell.folder(), 'calls.jsonl');
    const { out } = await shell.run(['calls', 'export', '--experiment', 'profiled', '--out', file], { home });
    expect(out).toBe(`5 lines are in ${file}.\n`);
    expect(lines(await readFile(file, 'utf8'))).toHaveLength(5);
    await writeFile(file, 'precious');
    expect(await shell.refusal(['calls', 'export', '--out', file], { home })).toMatchObject({
      code: 'UNWRITABLE_FILE',
    });
    expect(await readFile(file, 'utf8')).toBe('precious');
  });
});

describe('pools', () => {
  it('are listed with their sizes, of the stages that made one', async () => {
    const pools = await items(['pools', 'list']);
    expect(pools.map(({ stage, kind, size }) => [stage, kind, size])).toEqual(
      expect.arrayContaining([
        [keyOf('pool'), 'pool', 1],
        [keyOf('batch 0'), 'profiling-batch', 2],
      ]),
    );
    expect(pools).toHaveLength(2);
  });

  it.each(['trial', 'stage'])('show the intents of a %s and how they grew', async (what) => {
    const id = what === 'trial' ? await trialOf('long') : keyOf('batch 0').slice(0, 20);
    expect(await shell.json(['pools', 'show', id], { home })).toMatchObject({
      stage: keyOf('batch 0'),
      size: 2,
      retired: 0,
      intents: [
        { id: 1, name: 'refill the bathroom', origin: 'init', status: 'active', support: 0 },
        { id: 2, name: 'refill the bathroom' },
      ],
      growth: [
        { stage: keyOf('pool'), version: 1, size: 1 },
        { stage: keyOf('batch 0'), version: 2, size: 2 },
      ],
    });
    expect((await shell.run(['pools', 'show', id], { home })).out).toContain('refill the bathroom');
  });

  it('are exported whole', async () => {
    const { out } = await shell.run(['pools', 'export', '--stage', keyOf('pool')], { home });
    expect(lines(out)).toMatchObject([{ stage: keyOf('pool'), version: 1, intents: [{ id: 1 }] }]);
  });

  it('of a stage that makes none are refused', async () => {
    const refusal = await shell.refusal(['pools', 'show', keyOf('batch 1').slice(0, 30)], { home });
    expect(refusal).toMatchObject({ exit: 2, code: 'POOL_NOT_FOUND' });
  });
});

describe('what a trial says of its calls', () => {
  it('is its cost as if it were alone, and its share of what it has in common with others', async () => {
    const { llm } = (await shell.json(['trials', 'show', await trialOf('long')], { home })) as { llm: unknown };
    // pool 1 and batch 0 2 calls, both shared by two trials; batch 1 2 calls of its own, one of them reused
    expect(llm).toEqual({
      own: { calls: 5, paidCalls: 4, simulatedCalls: 5, promptTokens: 500, completionTokens: 100, usd: 0 },
      share: { calls: 3.5, paidCalls: 2.5, simulatedCalls: 3.5, promptTokens: 350, completionTokens: 70, usd: 0 },
    });
    const { out } = await shell.run(['trials', 'show', await trialOf('long')], { home });
    expect(out).toContain('LLM (SIMULATED): 5 calls, 600 tokens, $0.00; 4 of the calls were paid');
    expect(out).toContain('its share, stages divided among the trials that have them: 3.5 calls, 420 tokens, $0.00');
  });

  it('are its warnings too, each once', async () => {
    const warning = { stage: keyOf('batch 1'), kind: 'profiling-batch', message: 'stalled\u001b[31m' };
    expect(await shell.json(['trials', 'show', await trialOf('long')], { home })).toMatchObject({
      warnings: [warning],
    });
    expect(await shell.json(['trials', 'show', await trialOf('short')], { home })).toMatchObject({ warnings: [] });
    expect(await shell.json(['stages', 'show', keyOf('batch 1')], { home })).toMatchObject({ warnings: [warning] });
    expect(await items(['stages', 'list', '--filter', 'warnings!=0'])).toMatchObject([
      { key: keyOf('batch 1'), warnings: 1 },
    ]);
    const { out } = await shell.run(['trials', 'show', await trialOf('long')], { home });
    expect(out).toContain('warning: profiling-batch: stalled\\u001b[31m\n');
  });
});
