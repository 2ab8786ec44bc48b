import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callScope } from '#features/calls/domain/call.ts';
import { LEASE_MS } from '#features/stages/stage-queue.port.ts';
import { anAsking } from '../support/asking-builder.ts';
import { AskingHome, type Asked } from '../support/asking-home.ts';
import { follow, type AskingScript } from '../support/asking.mjs';
import { aWorker } from '../support/builders.ts';
import { openPostgresHome, openSqliteHome, type OpenHome } from '../support/home.ts';
import { MemoryCallBook } from '../support/memory-call-book.ts';
import { describeCallBook, type RanStage, type SharedCallBook } from './call-book.contract.ts';

const USAGE = { seconds: 1, cpuSeconds: 1, peakMemoryBytes: 1 };

class Killed extends Error {}

/** One book of the memory for all stages; a stage that is killed goes no further. */
class StagesInMemory implements SharedCallBook {
  private readonly book = new MemoryCallBook();
  private readonly stages = new Map<string, MemoryCallBook['calls']>();

  async run(stages: Readonly<Record<string, AskingScript>>): Promise<Readonly<Record<string, RanStage>>> {
    const ran = Object.entries(stages).map(async ([word, script]) => [word, await this.runOne(word, script)] as const);
    return Object.fromEntries(await Promise.all(ran));
  }

  usesOf(word: string) {
    const uses = (this.stages.get(word) ?? []).map(({ request, subject, answer }) => ({
      question: request.messages[1]!.content,
      answer: answer.text,
      outcome: this.book.outcomes.get(JSON.stringify(subject)) ?? null,
    }));
    return Promise.resolve(uses);
  }

  close = (): Promise<void> => Promise.resolve();

  private async runOne(word: string, script: AskingScript): Promise<RanStage> {
    const asked: string[] = [];
    const answers: Record<string, string> = {};
    const book = new MemoryCallBook();
    book.answer = async (draft, ask) => {
      const before = this.book.calls.length;
      const answer = await this.book.answer(draft, ask);
      const own = this.book.calls.slice(before).filter(({ subject }) => subject === draft.subject);
      this.stages.set(word, [...(this.stages.get(word) ?? []), ...own]);
      return answer;
    };
    book.judge = (subject, outcome) => this.book.judge(subject, outcome);
    const listener = {
      asked: (question: string) => void asked.push(question),
      answered: (question: string, answer: string) => void (answers[question] = answer),
      killed: () => {
        throw new Killed();
      },
    };
    await follow(book, script, listener).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    return { asked, answers };
  }
}

/** Stages in processes of their own, with a worker that writes into a data base. */
class StagesInProcesses implements SharedCallBook {
  constructor(private readonly stages: AskingHome) {}

  async run(scripts: Readonly<Record<string, AskingScript>>): Promise<Readonly<Record<string, Asked>>> {
    const failures = await this.stages.run(Object.entries(scripts).map(([word, script]) => ({ word, ...script })));
    const killed = Object.values(scripts).filter(({ killedAfter }) => killedAfter !== undefined);
    if (failures.length !== killed.length) throw new Error(failures.map(({ message }) => message).join('\n'));
    const told = Object.keys(scripts).map(async (word) => [word, await this.stages.told(word)] as const);
    return Object.fromEntries(await Promise.all(told));
  }

  async usesOf(word: string) {
    const uses = [];
    for await (const portion of this.stages.home.calls.whole([this.stages.planned({ word }).key]))
      uses.push(...portion);
    return uses.map(({ made, outcome }) => {
      return { question: made.request.messages[1]!.content, answer: made.answer.text, outcome };
    });
  }

  close(): Promise<void> {
    return this.stages.home.close();
  }
}

const inProcesses = (open: OpenHome) => async () => new StagesInProcesses(new AskingHome(await open()));

describeCallBook('in memory', () => Promise.resolve(new StagesInMemory()));
describeCallBook('of a process, on SQLite', inProcesses(openSqliteHome));
describeCallBook('of a process, on Postgres', inProcesses(openPostgresHome));

const HOMES: readonly (readonly [string, OpenHome])[] = [
  ['SQLite', openSqliteHome],
  ['Postgres', openPostgresHome],
];

describe.each(HOMES)('the calls of a stage on %s', (_, open) => {
  let stages: AskingHome;
  beforeEach(async () => (stages = new AskingHome(await open())));
  afterEach(() => stages.home.close());

  const keyOf = (word: string) => stages.planned({ word }).key;
  const usesOf = async (word: string) => {
    const uses = await stages.home.calls.list([keyOf(word)]);
    return uses.map(({ subject, isReused, outcome }) => [subject.session, isReused, outcome]);
  };
  const ROUNDS = [
    [anAsking('a', { outcome: 'used' }), anAsking('b', { outcome: 'used' })],
    [anAsking('c', { outcome: 'right' })],
  ];
  const sessionsOf = (questions: string) => questions.split(' ').map((question) => anAsking(question).subject.session);

  it('are the same rows, paid once, however often it is killed', async () => {
    for (const killedAfter of [1, 1, 2]) {
      const failures = await stages.run([{ word: 'stage', rounds: ROUNDS, killedAfter }]);
      expect(failures).toMatchObject([{ code: 'STAGE_DIED' }]);
    }
    expect(await stages.run([{ word: 'stage', rounds: ROUNDS }])).toEqual([]);
    const [a, b, c] = sessionsOf('a b c');
    expect(await usesOf('stage')).toEqual([
      [a, false, 'used'],
      [b, false, 'used'],
      [c, false, 'right'],
    ]);
    expect((await stages.home.calls.costOf([keyOf('stage')])).get(keyOf('stage'))).toEqual({
      calls: 3,
      paidCalls: 3,
      simulatedCalls: 3,
      promptTokens: 3,
      completionTokens: 6,
      usd: 0,
    });
  });

  it('are one call and two uses where two stages ask the same before either is answered', async () => {
    const gate = join(stages.home.folder, 'gate');
    const asking = (answer: string) => [[anAsking('a', { answer })]];
    const running = stages.run([
      { word: 'left', rounds: asking('left'), gate },
      { word: 'right', rounds: asking('right'), gate },
    ]);
    await stages.untilAsked(['left', 'right'], 1);
    await writeFile(gate, '');
    expect(await running).toEqual([]);
    const all = await stages.home.calls.list(null);
    expect(new Set(all.map(({ call }) => call)).size).toBe(1);
    expect(all.map(({ isReused }) => isReused).sort()).toEqual([false, true]);
    const answers = await Promise.all(['left', 'right'].map(async (word) => (await stages.told(word)).answers));
    const payer = all.find(({ isReused }) => !isReused)?.stage === keyOf('left') ? 'left' : 'right';
    expect(answers).toEqual([{ a: payer }, { a: payer }]);
  });

  it('of an execution that lost its lease are not kept, and so not used', async () => {
    const gate = join(stages.home.folder, 'gate');
    const late = stages.run([{ word: 'stage', rounds: ROUNDS, gate }]);
    await stages.untilAsked(['stage'], 2);
    stages.home.clock.pass(LEASE_MS + 1);
    expect(await stages.home.recovery.recover({ isGone: () => false, trustsLeases: () => true })).toBe(1);
    const [next] = await stages.home.queue.claim({ worker: aWorker(2), slots: 1, submission: null });
    await writeFile(gate, '');
    await stages.home.ledger.complete(next!, { artifacts: {}, metrics: [], usage: USAGE, log: null });
    expect(await late).toEqual([]);
    expect((await stages.told('stage')).answers).toEqual({});
    expect(await stages.home.calls.list(null)).toEqual([]);
  });

  it('are asked again by another version of the code, whose simulated model may answer otherwise', async () => {
    await stages.run([{ word: 'old', rounds: ROUNDS }]);
    await stages.run([{ word: 'new', rounds: ROUNDS, codeVersion: '1'.repeat(64) }]);
    expect((await stages.told('new')).asked).toHaveLength(3);
    const scopes = new Set((await stages.home.calls.list(null)).map(({ call }) => call));
    expect(scopes.size).toBe(6);
    expect(callScope(stages.planned({ word: 'old' }))).not.toBe(callScope({ codeVersion: '1'.repeat(64) }));
  });

  it('of a model without a price are refused before anything is asked', async () => {
    const rounds = [[anAsking('a', { model: 'unknown' })]];
    expect(await stages.run([{ word: 'stage', rounds }])).toMatchObject([{ code: 'UNKNOWN_PRICE', stack: null }]);
    expect(await stages.told('stage')).toEqual({ asked: [], answers: {} });
  });

  it('are told by one digest in the event of its success, which changes with any answer or outcome', async () => {
    await stages.run([{ word: 'first', rounds: ROUNDS }]);
    await stages.run([{ word: 'second', rounds: ROUNDS }]);
    await stages.run([{ word: 'other', rounds: [...ROUNDS.slice(0, 1), [anAsking('c', { outcome: 'wrong' })]] }]);
    await stages.run([{ word: 'silent', rounds: [] }]);
    const events = await stages.home.events.about(
      'stage',
      ['first', 'second', 'other', 'silent'].map(keyOf),
      'succeeded',
    );
    const [first, second, other, silent] = events.map(({ payload }) => payload['calls'] as Record<string, unknown>);
    expect(first).toMatchObject({ count: 3, paid: 3 });
    expect(second).toEqual({ ...first, paid: 0 });
    expect(other!['digest']).not.toBe(first!['digest']);
    expect(silent).toBeUndefined();
    expect(await stages.home.database.read((rows) => stages.home.calls.digestOf(rows, keyOf('first')))).toEqual(first);
  });
});
