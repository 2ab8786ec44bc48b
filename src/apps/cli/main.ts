#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { packageVersion } from '../package-version.ts';
import { EXIT } from './exit-codes.ts';
import { runCommandLine } from './program.ts';

const interruption = new AbortController();
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

/** The first request lets running stages be given back; the second does not wait for that. */
function stop(): void {
  if (interruption.signal.aborted) process.exit(EXIT.interrupted);
  interruption.abort();
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(`${question} [y/N] `);
  prompt.close();
  return /^y(es)?$/i.test(answer.trim());
}

// A reader that has enough (`| head`) is no mistake.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed),
);

process.exitCode = await runCommandLine({
  arguments: process.argv.slice(2),
  environment: process.env,
  workingFolder: process.cwd(),
  version: packageVersion(),
  terminal: { out: process.stdout, err: process.stderr, confirm },
  signal: interruption.signal,
});
