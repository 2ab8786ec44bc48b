import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The product in a minute, through its own command line: nothing is done here that a user could not type. */
const root = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM = join(root, 'dist/apps/cli/main.js');
const DATASET = 'datasets generate random --name demo-random --users 500 --items 300 --seed 1';
const MANIFESTS = ['experiments/baselines-history.yaml', 'experiments/baselines-sessions.yaml'];

const CLOSING = `What you saw
  Two manifests, each with a question, ran to a comparison under two protocols. Arms on the same data share what they have
  in common: the sessions were made once for each protocol, not once for each trial. Run the demo again and nothing runs.
  The data are SYNTHETIC and random: they show the machinery, and say nothing about any method.

What to try next
  npx sprintlab plan experiments/baselines-history.yaml            what would run, what is there already, the bill
  npx sprintlab compare baselines-history --format markdown        the table for a paper
  npx sprintlab trials list                                        from a number to its trial, stages and artifacts
  npx sprintlab datasets import --help                             your own data: TSV, CSV, RecBole, JSON lines
  npx sprintlab --help                                             everything else`;

const succeeded = await demonstrate();
process.exitCode = succeeded ? 0 : 1;

async function demonstrate() {
  const commands = [DATASET, ...MANIFESTS.map((manifest) => `run ${manifest}`)];
  for (const command of commands) {
    console.log(`\n$ sprintlab ${command}`);
    if ((await sprintlab(command.split(' '))) !== 0) return false;
  }
  console.log(`\n${CLOSING}`);
  return true;
}

function sprintlab(words) {
  const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve) => child.once('close', resolve));
}
