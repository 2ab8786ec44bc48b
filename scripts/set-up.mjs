import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Brings a checkout into a state in which it runs: dependencies installed, programs built. Says and does nothing where
 * nothing is to do. It needs Node and npm only. This file is written for any Node that knows ES modules, so that an older
 * one can give the message; everything newer is loaded after the check.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const needed = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).engines.node;

if (isOlder(numbersOf(process.versions.node), numbersOf(needed))) {
  console.error(
    `Sprintlab needs Node ${needed}, and this is Node ${process.versions.node}. ` +
      'Install a newer Node and run the same command again.',
  );
  process.exitCode = 1;
} else {
  const load = Promise.all([import('./set-up/set-up.mjs'), import('./set-up/run-step.mjs')]);
  load.then(([{ setUp }, { reportFailure }]) => reportFailure(() => setUp(root)));
}

function numbersOf(version) {
  return version.match(/\d+/g).map(Number);
}

function isOlder([major, minor], [neededMajor, neededMinor]) {
  return major === neededMajor ? minor < neededMinor : major < neededMajor;
}
