import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('is drawn in docs/architecture.md as src/ imports', async () => {
  const script = join(import.meta.dirname, '../../scripts/draw-architecture.mjs');
  await expect(promisify(execFile)(process.execPath, [script, '--check'])).resolves.toMatchObject({ stderr: '' });
});
