import { describe, expect, it } from 'vitest';
import { MemoryCallBook } from '../../../test/support/memory-call-book.ts';
import { ScriptedLanguageModel } from '../../../test/support/scripted-language-model.ts';
import { poolCalls, type ProposedPool, proposePool } from './pool-initialisation.ts';

/** 45 sessions of one item: three calls of up to 20. */
const SESSIONS = Array.from({ length: 45 }, (_, at) => [{ title: `Item ${at}`, category: null }]);
const intents = (...names: string[]): string =>
  JSON.stringify({ intents: names.map((name) => ({ name, description: `for ${name}` })) });

async function finished(
  script: ConstructorParameters<typeof ScriptedLanguageModel>[0],
  sessions = SESSIONS,
): Promise<{ pool: ProposedPool; done: number[]; calls: MemoryCallBook; model: ScriptedLanguageModel }> {
  const [calls, model, done] = [new MemoryCallBook(), new ScriptedLanguageModel(script), new Array<number>()];
  const asking = proposePool({ model, calls, temperature: 0.2, maxTokens: 256, sample: 1 }, sessions, 2);
  for (;;) {
    const step = await asking.next();
    if (step.done === true) return { pool: step.value, done, calls, model };
    done.push(step.value);
  }
}

describe('the proposal of a pool', () => {
  it('shows 20 sessions at once, and has what was proposed consolidated', async () => {
    const script = [intents('tea time'), intents('oak table', 'tea time'), intents(), intents('tea time', 'oak table')];
    const { pool, done, model, calls } = await finished(script);
    expect(done).toEqual([1, 2, 3, poolCalls(45)]);
    expect(poolCalls(45)).toBe(4);
    expect(model.questions[2]).toContain('Session 5\n1. Item 44\n');
    expect(model.questions[3]).toContain(
      '- tea time - for tea time\n- oak table - for oak table\n- tea time - for tea time\n',
    );
    expect(pool.intents.map(({ name }) => name)).toEqual(['tea time', 'oak table']);
    expect(pool).toMatchObject({ unreadable: 0, isConsolidated: true, spent: { calls: 4 } });
    expect([...calls.outcomes.values()]).toEqual(['used', 'used', 'used', 'used']);
    // Ten intents are longer than other answers may be.
    expect(model.asked.map(({ maxTokens }) => maxTokens)).toEqual([800, 800, 800, 160]);
  });

  it('goes on without an answer that cannot be read, and without the one that consolidates', async () => {
    const { pool } = await finished(({ messages }) => {
      const question = messages[1]!.content;
      if (question.includes('CONSOLIDATE')) return 'I would rather not.';
      return question.includes('Item 25\n') ? 'Hm.' : intents('tea time', 'oak table', 'rose garden');
    });
    expect(pool).toMatchObject({ unreadable: 1, isConsolidated: false });
    expect(pool.intents).toHaveLength(6);
  });

  it('does not take more than were asked for', async () => {
    const { pool } = await finished(({ messages }) =>
      messages[1]!.content.includes('CONSOLIDATE') ? intents('a b', 'c d', 'e f') : intents('tea time'),
    );
    expect(pool.isConsolidated).toBe(false);
  });

  it('asks nothing more where nothing was proposed, and nothing at all of no sessions', async () => {
    const { pool, model, done } = await finished([intents(), intents(), intents()]);
    expect(pool).toMatchObject({ intents: [], isConsolidated: true });
    expect(model.asked).toHaveLength(3);
    expect(done).toEqual([1, 2, 3, 4]);
    const none = await finished([], []);
    expect(none.pool).toMatchObject({ intents: [], spent: { calls: 0 } });
    expect(none.done).toEqual([]);
  });
});
