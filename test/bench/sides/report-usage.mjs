import { writeFileSync } from 'node:fs';
import { loadBuilt } from '../built.mjs';

/** Preloaded into a measured Node process. Processes that it starts itself are not told the file, and stay silent. */
const { USAGE_FILE } = process.env;
delete process.env.USAGE_FILE;

if (USAGE_FILE !== undefined) {
  const { peakMemoryBytes } = await loadBuilt('platform/process/peak-memory.js');
  process.once('exit', () => {
    writeFileSync(USAGE_FILE, JSON.stringify({ peakMemoryBytes: peakMemoryBytes() }));
  });
}
