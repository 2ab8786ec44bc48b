import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SideFailedError } from './conversation.mjs';
import { pinned } from './machine.mjs';

/** Makes a Node process write its peak memory when it exits. */
export const REPORT_USAGE = fileURLToPath(new URL('sides/report-usage.mjs', import.meta.url));

/**
 * Runs a command from start to end, on one core unless it is to use all.
 * @param {{ name: string, command: readonly string[], folder: string, environment?: Record<string, string>, isPinned?: boolean }} side
 * @returns {Promise<{ seconds: number, peakMemoryBytes: number | null, output: string }>} The memory is `null` for a program
 *   that does not write it (`USAGE_FILE` in its environment names where).
 */
export async function runTimed({ name, command, folder, environment = {}, isPinned = true }) {
  const usageFile = join(folder, 'usage.json');
  await rm(usageFile, { force: true });
  const [program, ...options] = isPinned ? pinned(command) : command;
  const startedAt = performance.now();
  const child = spawn(program, options, {
    cwd: folder,
    env: { ...process.env, ...environment, USAGE_FILE: usageFile },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, output, lastWords } = await finished(child);
  const seconds = (performance.now() - startedAt) / 1000;
  if (code !== 0) throw new SideFailedError(name, `exit ${code}`, lastWords);
  const usage = await readFile(usageFile, 'utf8').catch(() => '{"peakMemoryBytes":null}');
  return { seconds, output, ...JSON.parse(usage) };
}

function finished(child) {
  return new Promise((resolve, reject) => {
    let [output, lastWords] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (lastWords = (lastWords + text).slice(-2000)));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code: code ?? signal, output, lastWords }));
  });
}
