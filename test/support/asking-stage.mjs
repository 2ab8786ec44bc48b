import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { follow } from './asking.mjs';

/**
 * A program in place of that of the stages: it asks what the file `script` of its parameters says, through the call book of
 * the built program, and tells in the file `log` what it asked and what it was given.
 */
const { MessengerCallBook } = await import(
  pathToFileURL(resolve('dist/apps/stage-process/messenger-call-book.js')).href
);

process.once('message', (order) =>
  obey(order).catch(({ message, stack }) => {
    process.send({ type: 'failed', failure: { code: 'DEFECT', message, stack } }, () => process.disconnect());
  }),
);
process.once('disconnect', () => process.exit(1));

async function obey({ parameters }) {
  const calls = new MessengerCallBook((requests) => process.send({ type: 'calls', requests }));
  process.on('message', ({ replies }) => calls.hear(replies));
  process.send({ type: 'started' });
  const { script, log, gate } = JSON.parse(readFileSync(parameters.control, 'utf8'));
  const note = (...words) => appendFileSync(log, `${JSON.stringify(words)}\n`);
  await follow(calls, script, {
    asked: async (question) => {
      note('asked', question);
      while (gate !== null && !existsSync(gate)) await delay(2);
    },
    answered: (question, answer) => note('answered', question, answer),
    killed: async () => {
      process.kill(process.pid, 'SIGKILL');
      await delay(60_000);
    },
  });
  calls.flush();
  const usage = { seconds: 1, cpuSeconds: 1, peakMemoryBytes: 1 };
  process.send({ type: 'done', files: [], metrics: [], usage }, () => process.disconnect());
}
