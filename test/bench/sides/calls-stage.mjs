import { fileURLToPath } from 'node:url';
import { loadBuilt } from '../built.mjs';

/** The file of this program, which a worker starts in place of that of the stages. */
export const CALLS_STAGE = fileURLToPath(import.meta.url);

/** A question and its answer as long as those of a profiling are. */
export function callOf(number) {
  const items = Array.from(
    { length: 5 },
    (_, item) => `${item + 1}. Item ${number * 5 + item} with a title of some words [Category]`,
  );
  const intents = Array.from(
    { length: 10 },
    (_, intent) => `${intent}: an intent of words - what a visitor may want of it`,
  );
  const content = [
    'IDENTIFY',
    'Session, oldest first:',
    ...items,
    'Intent list (id: name - description):',
    ...intents,
  ].join('\n');
  return {
    messages: [
      {
        role: 'system',
        content: 'You label anonymous shopping sessions. Answer with one JSON object and nothing else.',
      },
      { role: 'user', content },
    ],
    text: `{"intents":[{"id":${number % 10},"evidence":[1,3]}],"new":null}`,
  };
}

/** Asks so many questions, so many of them at the same time, of a model that answers at once. */
async function obey({ parameters: { questions, atOnce } }) {
  const { MessengerCallBook } = await loadBuilt('apps/stage-process/messenger-call-book.js');
  const calls = new MessengerCallBook((requests) => process.send({ type: 'calls', requests }));
  process.on('message', ({ replies }) => calls.hear(replies));
  process.send({ type: 'started' });
  const startedAt = process.hrtime.bigint();
  let next = 0;
  const askAll = async () => {
    while (next < questions) await ask(calls, next++);
  };
  await Promise.all(Array.from({ length: atOnce }, askAll));
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  calls.flush();
  const metrics = [{ name: 'seconds', split: 'train', step: 0, value: seconds }];
  const usage = { seconds, cpuSeconds: 0, peakMemoryBytes: 0 };
  process.send({ type: 'done', files: [], metrics, usage }, () => process.disconnect());
}

async function ask(calls, session) {
  const { messages, text } = callOf(session);
  const subject = { purpose: 'profiling', step: 'IDENTIFY', session, attempt: 1, variant: 'asked' };
  const model = { model: 'simulated', parameters: { errorRate: 0.1 } };
  const request = { messages, temperature: 0.2, maxTokens: 256, sample: 1 };
  const answer = { text, finish: 'stop', promptTokens: 300, completionTokens: 20 };
  await calls.answer({ model, request, subject }, () => Promise.resolve(answer));
  calls.judge(subject, 'used');
}

if (process.send !== undefined) {
  process.once('message', (order) => void obey(order));
  process.once('disconnect', () => process.exit(1));
}
