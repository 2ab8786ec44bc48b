import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { anAsking } from '../../../test/support/asking-builder.ts';
import { draftOf } from '../../../test/support/asking.mjs';
import type { CallReply, CallRequest } from '#features/stages/domain/stage-order.ts';
import type { LanguageModelAnswer } from '#science/llm/language-model.port.ts';
import { MessengerCallBook } from './messenger-call-book.ts';

const ANSWER: LanguageModelAnswer = { text: 'yes', finish: 'stop', promptTokens: 1, completionTokens: 1 };

/** A worker that knows no answer, and what it was sent. */
function anIgnorantWorker(): { book: MessengerCallBook; messages: (readonly CallRequest[])[] } {
  const messages: (readonly CallRequest[])[] = [];
  const book = new MessengerCallBook((requests) => {
    messages.push(requests);
    book.hear(requests.flatMap(replyTo));
  });
  return { book, messages };
}

function replyTo(request: CallRequest): readonly CallReply[] {
  if (request.kind === 'recall') return [{ kind: 'recalled', number: request.number, answer: null }];
  return request.kind === 'keep' ? [{ kind: 'kept', number: request.number, answer: request.answer }] : [];
}

describe('the call book of a process', () => {
  it('sends in one message what many sessions ask in one turn', async () => {
    const { book, messages } = anIgnorantWorker();
    const askings = Array.from({ length: 16 }, (_, index) => anAsking(`question ${index}`));
    await Promise.all(askings.map((asking) => book.answer(draftOf(asking), () => Promise.resolve(ANSWER))));
    expect(messages.map((message) => message.map(({ kind }) => kind))).toEqual([
      Array.from({ length: 16 }, () => 'recall'),
      Array.from({ length: 16 }, () => 'keep'),
    ]);
  });

  it('measures how long the model took', async () => {
    const { book, messages } = anIgnorantWorker();
    await book.answer(draftOf(anAsking('slow')), async () => {
      await new Promise((wake) => setTimeout(wake, 30));
      return ANSWER;
    });
    const latency = messages.flat().flatMap((request) => (request.kind === 'keep' ? [request.latencyMs] : []));
    expect(latency[0]).toBeGreaterThan(25);
    expect(latency[0]).toBeLessThan(5_000);
  });

  it('hands out the answer that the worker kept, if another was first', async () => {
    const book: MessengerCallBook = new MessengerCallBook((requests) =>
      book.hear(
        requests
          .flatMap(replyTo)
          .map((reply) => (reply.kind === 'kept' ? { ...reply, answer: { ...ANSWER, text: 'first' } } : reply)),
      ),
    );
    const answer = await book.answer(draftOf(anAsking('raced')), () => Promise.resolve(ANSWER));
    expect(answer.text).toBe('first');
  });

  it('lets a question be asked again whose model failed', async () => {
    const { book } = anIgnorantWorker();
    const asking = anAsking('failing');
    const again = { ...asking, subject: { ...asking.subject, attempt: 2 } };
    const failing = book.answer(draftOf(asking), () => Promise.reject(new Error('refused')));
    const waiting = book.answer(draftOf(again), () => Promise.resolve(ANSWER));
    await expect(failing).rejects.toThrow('refused');
    expect(await waiting).toBe(ANSWER);
  });

  it('refuses two calls about the same, of which one would not be counted', async () => {
    const { book } = anIgnorantWorker();
    const draft = draftOf(anAsking('same'));
    await book.answer(draft, () => Promise.resolve(ANSWER));
    await expect(book.answer(draft, () => Promise.resolve(ANSWER))).rejects.toThrow('asked about profiling/');
  });

  it('sends its last judgements at once when it is flushed, and once', async () => {
    const { book, messages } = anIgnorantWorker();
    const { subject } = anAsking('judged');
    book.judge(subject, 'right');
    book.flush();
    expect(messages).toEqual([[{ kind: 'judge', subject, outcome: 'right' }]]);
    await setImmediate();
    expect(messages).toHaveLength(1);
  });
});
