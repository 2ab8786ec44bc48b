import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBuilt } from './built.mjs';

/**
 * Runs the built function of a stage in this process, without worker and data base.
 * @param {{ kind: string, parameters: object, inputs: Record<string, string>, folder?: string }} order `inputs`: files by name;
 *   `folder`: where the artifacts are written, if they are wanted.
 */
export async function runStage({ kind, parameters, inputs, folder }) {
  const { loadStage } = await loadBuilt('science/stages/registry.js');
  const stage = await loadStage(kind);
  const artifacts = Object.fromEntries(Object.entries(inputs).map(([name, file]) => [name, readFileSync(file)]));
  const output = await finish(stage({ parameters, artifacts }));
  if (folder !== undefined)
    for (const [name, bytes] of Object.entries(output.artifacts)) writeFileSync(join(folder, name), bytes);
  return output;
}

async function finish(run) {
  for (;;) {
    const step = await run.next();
    if (step.done) return step.value;
  }
}
