import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What `sprintlab run` ends with where trials failed. */
const FAILED_TRIALS = 4;
/** Mebibytes: enough to cut sessions, too few to train a wide backbone. */
const STAGE_MEMORY = '320';
const PLANTED = ['--sessions', '400', '--items', '120', '--intents', '6', '--test-sessions', '150', '--seed', '3'];
const MANIFEST = `sprintlab: 1
name: width
question: Does a wider backbone need the intents of an LLM less?
dataset: planted
protocol: {sessions: given, split: given, cutoffs: [20]}
settings: {method: sprint, backbone: {dimension: 1024}}
`;

/** @returns the folder of a home whose only trial failed for want of memory */
export async function makeFailedHome(program) {
  const home = await mkdtemp(join(tmpdir(), 'sprintlab-screens-'));
  const env = { ...process.env, SPRINTLAB_HOME: home, SPRINTLAB_STAGE_MEMORY: STAGE_MEMORY };
  const sprintlab = (words) => {
    const child = spawn(process.execPath, [program, ...words], { env, stdio: 'ignore' });
    return new Promise((resolve) => child.once('close', resolve));
  };
  await writeFile(join(home, 'manifest.yaml'), MANIFEST);
  await sprintlab(['datasets', 'generate', 'planted', '--name', 'planted', ...PLANTED]);
  const code = await sprintlab(['run', join(home, 'manifest.yaml')]);
  if (code !== FAILED_TRIALS) throw new Error(`The trial that is to fail for want of memory ended with ${code}.`);
  return home;
}
