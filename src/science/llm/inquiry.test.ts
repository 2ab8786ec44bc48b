import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MemoryCallBook } from '../../../test/support/memory-call-book.ts';
import { ScriptedLanguageModel } from '../../../test/support/scripted-language-model.ts';
import type { CallSubject } from './call-book.port.ts';
import { Inquiry, type Question } from './inquiry.ts';
import { misread, readable, readJson } from './reading.ts';

const SUBJECT: CallSubject = { purpose: 'profiling', step: 'PREDICT', session: 7, attempt: 1, variant: 'asked' };
const shape = z.strictObject({ n: z.number() });

const question: Question<number> = {
  subject: SUBJECT,
  messages: [{ role: 'user', content: 'How many?' }],
  read: (text) => {
    const json = readJson(text, shape);
    if (!json.isReadable) return json;
    return json.value.n > 9 ? misread('unknown-letter', 'too many') : readable(json.value.n);
  },
  again: (text) => [
    { role: 'assistant', content: text },
    { role: 'user', content: 'Again.' },
  ],
};

function anInquiry(answers: readonly string[]): {
  inquiry: Inquiry;
  calls: MemoryCallBook;
  model: ScriptedLanguageModel;
} {
  const [calls, model] = [new MemoryCallBook(), new ScriptedLanguageModel(answers)];
  return { inquiry: new Inquiry({ model, calls, temperature: 0.2, maxTokens: 256, sample: 3 }), calls, model };
}

describe('an inquiry', () => {
  it('asks again, once and in the same conversation, after what is no JSON', async () => {
    const { inquiry, calls, model } = anInquiry(['three', '{"n":3}']);
    const heard = await inquiry.ask(question);
    expect(heard.reading).toEqual({ isReadable: true, value: 3 });
    expect(heard.subject.variant).toBe('asked again');
    expect(model.asked[1]!.messages.map(({ content }) => content)).toEqual(['How many?', 'three', 'Again.']);
    expect([...calls.outcomes]).toEqual([[JSON.stringify(SUBJECT), 'not-json']]);
    expect(inquiry.spent).toEqual({ calls: 2, promptTokens: 20, completionTokens: 2 });
  });

  it('does not ask a third time', async () => {
    const { inquiry, calls } = anInquiry(['three', 'three!']);
    expect((await inquiry.ask(question)).reading).toMatchObject({ isReadable: false, outcome: 'not-json' });
    expect([...calls.outcomes.values()]).toEqual(['not-json', 'not-json']);
  });

  it('does not ask again after an answer that is JSON and wrong', async () => {
    const { inquiry, calls } = anInquiry(['{"n":10}']);
    expect((await inquiry.ask(question)).reading).toMatchObject({ outcome: 'unknown-letter' });
    expect([...calls.outcomes.values()]).toEqual(['unknown-letter']);
  });

  it('sends the sample, the temperature and the limit with each request', async () => {
    const { inquiry, model } = anInquiry(['{"n":1}', '{"n":1}']);
    await inquiry.ask(question);
    await inquiry.ask({ ...question, maxTokens: 9 });
    expect(model.asked[0]).toMatchObject({ temperature: 0.2, maxTokens: 256, sample: 3 });
    expect(model.asked[1]).toMatchObject({ maxTokens: 9 });
  });
});
