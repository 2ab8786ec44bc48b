import { writeFileSync } from 'node:fs';

/** Preloaded into a measured Node process. Processes that it starts itself are not told the file, and stay silent. */
const { USAGE_FILE } = process.env;
delete process.env.USAGE_FILE;

if (USAGE_FILE !== undefined) {
  process.once('exit', () => {
    writeFileSync(USAGE_FILE, JSON.stringify({ peakMemoryBytes: process.resourceUsage().maxRSS * 1024 }));
  });
}
