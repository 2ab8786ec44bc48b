import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Runs the command lines that its parent sends, one after another, in the built program's own entrance. */
const { runCommandLine } = await import(pathToFileURL(resolve('dist/apps/cli/program.js')).href);

let last = Promise.resolve();
process.on('message', (request) => {
  last = last.then(() => answer(request));
});
process.send('ready');

async function answer({ number, words, environment, workingFolder }) {
  const text = { out: '', err: '' };
  const code = await runCommandLine({
    arguments: words,
    environment,
    workingFolder,
    version: '0.0.0',
    terminal: {
      out: { write: (chunk) => (text.out += chunk) !== '' },
      err: { write: (chunk) => (text.err += chunk) !== '' },
      confirm: () => Promise.resolve(false),
    },
    signal: new AbortController().signal,
  }).catch((error) => {
    text.err += `THROWN: ${error.stack}`;
    return -1;
  });
  process.send({ number, outcome: { code, ...text } });
}
