import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pinned } from './machine.mjs';

/** One thread a side, whatever library it computes with, and nothing written beside the sources. */
const SIDE_ENVIRONMENT = {
  OMP_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  PYTHONDONTWRITEBYTECODE: '1',
};
const LAST_WORDS = 2000;

/** A side that could not answer. */
export class SideFailedError extends Error {
  constructor(side, problem, lastWords) {
    super(`${side} failed: ${problem}${lastWords === '' ? '' : `\n${lastWords}`}`);
    this.name = 'SideFailedError';
  }
}

/**
 * A side of a comparison: a process on one core that answers commands, one JSON object a line each way
 * (`sides/answering.mjs` and `python/answering.py` are the other ends). It measures itself, so that the conversation is not
 * in the figures; a side that is not asked waits and takes no time from the other.
 * @param {{ name: string, command: readonly string[], folder: string }} side `folder`: where the process may write.
 */
export function converse({ name, command, folder }) {
  const [program, ...options] = pinned(command);
  const child = spawn(program, options, { cwd: folder, env: { ...process.env, ...SIDE_ENVIRONMENT } });
  let lastWords = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (lastWords = (lastWords + text).slice(-LAST_WORDS)));
  // A process that died is noticed by its missing answer.
  child.stdin.on('error', () => undefined);
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(`it ended (${signal ?? code})`));
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    name,
    async ask(question, details = {}) {
      child.stdin.write(`${JSON.stringify({ command: question, ...details })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new SideFailedError(name, await ended, lastWords);
      const answer = JSON.parse(value);
      if (answer.error !== undefined) throw new SideFailedError(name, answer.error, lastWords);
      return answer;
    },
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}
