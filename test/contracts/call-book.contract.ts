import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallOutcome } from '#science/llm/call-book.port.ts';
import { anAsking } from '../support/asking-builder.ts';
import type { Asking, AskingScript } from '../support/asking.mjs';

/** What a stage did that was run once, to its end or its death. */
export interface RanStage {
  /** The questions that were really asked. */
  readonly asked: readonly string[];
  readonly answers: Readonly<Record<string, string>>;
}

export interface KeptUse {
  readonly question: string;
  readonly answer: string;
  readonly outcome: CallOutcome | null;
}

/** A call book that stages share, as they share that of a home. */
export interface SharedCallBook {
  /** Runs stages at the same time, each named by a word. */
  run(stages: Readonly<Record<string, AskingScript>>): Promise<Readonly<Record<string, RanStage>>>;
  /** What is kept of a stage. */
  usesOf(word: string): Promise<readonly KeptUse[]>;
  close(): Promise<void>;
}

const asIn = (asking: Asking, attempt: number): Asking => ({ ...asking, subject: { ...asking.subject, attempt } });

/** What every call book must promise (src/science/llm/call-book.port.ts). */
export function describeCallBook(name: string, open: () => Promise<SharedCallBook>): void {
  describe(`the call book ${name}`, () => {
    let book: SharedCallBook;
    beforeEach(async () => (book = await open()));
    afterEach(() => book.close());

    const run = async (script: AskingScript, word = 'stage'): Promise<RanStage> => {
      const ran = await book.run({ [word]: script });
      return ran[word]!;
    };

    it('hands out the answer of the model to a new question', async () => {
      const { asked, answers } = await run({ rounds: [[anAsking('a'), anAsking('b')]] });
      expect([...asked].sort()).toEqual(['a', 'b']);
      expect(answers).toEqual({ a: 'answer to a', b: 'answer to b' });
    });

    it('has kept an answer when it hands it out: a death in between loses nothing', async () => {
      await run({ rounds: [[anAsking('a')], [anAsking('b')]], killedAfter: 1 });
      expect(await book.usesOf('stage')).toEqual([{ question: 'a', answer: 'answer to a', outcome: null }]);
    });

    it('does not ask again what it was told before a death', async () => {
      const rounds = [[anAsking('a')], [anAsking('b')]];
      await run({ rounds, killedAfter: 1 });
      const again = [[anAsking('a', { answer: 'another' })], [anAsking('b')]];
      expect(await run({ rounds: again })).toEqual({ asked: ['b'], answers: { a: 'answer to a', b: 'answer to b' } });
    });

    it('does not ask what another stage was told', async () => {
      await run({ rounds: [[anAsking('a')]] }, 'first');
      const second = await run({ rounds: [[anAsking('a', { answer: 'another' }), anAsking('b')]] }, 'second');
      expect(second).toEqual({ asked: ['b'], answers: { a: 'answer to a', b: 'answer to b' } });
      expect((await book.usesOf('second')).map(({ question }) => question).sort()).toEqual(['a', 'b']);
    });

    it('asks once what comes up several times, also at the same time', async () => {
      const asking = anAsking('a');
      const { asked } = await run({ rounds: [[asking, asIn(asking, 2), asIn(asking, 3)], [asIn(asking, 4)]] });
      expect(asked).toEqual(['a']);
      expect((await book.usesOf('stage')).map(({ question }) => question)).toEqual(['a', 'a', 'a', 'a']);
    });

    it('tells questions apart by everything that an answer may depend on', async () => {
      const { asked } = await run({ rounds: [[anAsking('a'), anAsking('a '), anAsking('A')]] });
      expect([...asked].sort()).toEqual(['A', 'a', 'a ']);
    });

    it('keeps any text as it came', async () => {
      const answers = [
        '',
        '\u0000',
        'a\u001b[31mred\r\n',
        '{"intents":[',
        '\ud83d',
        '🛒 <b>&amp;</b>',
        'x'.repeat(50_000),
      ];
      const rounds = [answers.map((answer, index) => anAsking(`question ${index} \u0000\ud83d`, { answer }))];
      await run({ rounds });
      const again = await run({ rounds: [rounds[0]!.map((asking) => ({ ...asking, answer: 'lost' }))] }, 'again');
      expect(again.asked).toEqual([]);
      expect(Object.values(again.answers)).toEqual(answers);
    });

    it('notes what became of every answer, the last judgement of each', async () => {
      const asking = anAsking('a', { outcome: 'right' });
      const many = Array.from({ length: 40 }, (_, index) => anAsking(`question ${index}`, { outcome: 'wrong' }));
      await run({ rounds: [[anAsking('none')], [asking], many] });
      const outcomes = new Map((await book.usesOf('stage')).map(({ question, outcome }) => [question, outcome]));
      expect([outcomes.get('none'), outcomes.get('a')]).toEqual([null, 'right']);
      expect(many.map(({ question }) => outcomes.get(question))).toEqual(many.map(() => 'wrong'));
    });

    it('gives two stages that ask the same at the same time the same answer', async () => {
      const ran = await book.run({
        left: { rounds: [[anAsking('a', { answer: 'left' })]] },
        right: { rounds: [[anAsking('a', { answer: 'right' })]] },
      });
      expect(ran['left']!.answers).toEqual(ran['right']!.answers);
      expect([...(await book.usesOf('left')), ...(await book.usesOf('right'))]).toHaveLength(2);
    });
  });
}
