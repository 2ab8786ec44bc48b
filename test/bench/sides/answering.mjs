import { createInterface } from 'node:readline';
import { loadBuilt } from '../built.mjs';

const { peakMemoryBytes } = await loadBuilt('platform/process/peak-memory.js');

/**
 * Answers commands until stdin is closed: a JSON object a line each way, as `python/answering.py` does.
 * @param {Record<string, (details: object) => object | Promise<object>>} commands
 */
export async function answerCommands(commands) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { command, ...details } = JSON.parse(line);
    let answer;
    try {
      answer = { ...(await commands[command](details)), peakMemoryBytes: peakMemoryBytes() };
    } catch (error) {
      console.error(error);
      answer = { error: error.message };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

/** Seconds that `work` takes, and what it gives. */
export async function timed(work) {
  const startedAt = performance.now();
  const value = await work();
  return { seconds: (performance.now() - startedAt) / 1000, value };
}
