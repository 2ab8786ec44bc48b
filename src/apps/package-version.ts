import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** As `package.json` has it; the build lies beside the sources, so both find it at the same place. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
