import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Runs the command lines that its parent sends, one after another, by the entrance of the built program. */
const { runCommandLine } = await import(pathToFileURL(resolve('dist/apps/cli/program.js')).href);

let last = Promise.resolve();
process.on('message', (request) => {
  last = last.then(() => answer(request));
});
process.once('disconnect', () => process.exit());
process.send('ready');

async function answer({ number, words, environment, workingFolder }) {
  const text = { out: '', err: '' };
  const terminal = {
    out: { write: (chunk) => (text.out += chunk) !== '' },
    err: { write: (chunk) => (text.err += chunk) !== '' },
    confirm: () => Promise.resolve(false),
  };
  const { signal } = new AbortController();
  const code = await runCommandLine({
    arguments: words,
    environment,
    workingFolder,
    version: '0.0.0',
    terminal,
    signal,
  }).catch((error) => `thrown: ${error.stack}`);
  process.send({ number, outcome: { code, ...text } });
}
