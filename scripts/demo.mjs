import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The product in a few minutes, through its own command line: nothing is done here that a user could not type. */
const root = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM = join(root, 'dist/apps/cli/main.js');
const COMMANDS = ['datasets generate planted --preset planted-demo --name planted-demo', 'run experiments/demo.yaml'];

const CLOSING = `What you saw
  One manifest with one question: selection x enrichment x pool size, beside three arms that a gain must be held against. Stages
  that arms have in common ran once: sessions, warm-up, the pool of each size, the batches that a random and an uncertain order
  profile. A trial shows the LLM calls that it rests on, and its share of them. Run the demo again and nothing runs.
  The data are SYNTHETIC, with planted intents, and the LLM is SIMULATED by rules: this shows the machinery, and says nothing
  about any language model or about people. Two training seeds say nothing of small differences either.

What to try next
  npx sprintlab plan experiments/demo.yaml                     what would run, what is there already, the bill
  npx sprintlab trials list --filter "arm=category-intent"     from a number to its trial, stages, files and warnings
  npx sprintlab calls list --limit 5                           what the LLM was asked; \`calls show\` has prompt and answer whole
  npx sprintlab pools list                                     the intents, and how the pool grew
  npx sprintlab datasets generate planted --preset planted-effect --name planted-effect
  npx sprintlab plan experiments/enrichment.yaml               with them, another of the paper's questions
  npx sprintlab datasets import --help                         your own data: TSV, CSV, RecBole, JSON lines
  npx sprintlab --help                                         everything else
  npm run demo -- --serve                                      all of it in a browser`;

/** Where `sprintlab serve` listens unless told otherwise. */
const URL_OF_SERVER = 'http://127.0.0.1:7077';
const RESULTS = `${URL_OF_SERVER}/experiments/demo`;
const wantsServer = process.argv.includes('--serve');

const succeeded = await demonstrate();
process.exitCode = succeeded ? 0 : 1;

async function demonstrate() {
  for (const command of COMMANDS) {
    console.log(`\n$ sprintlab ${command}`);
    if ((await sprintlab(command.split(' '))) !== 0) return false;
  }
  console.log(`\n${CLOSING}`);
  if (!wantsServer) {
    console.log(`\nIn a browser: npx sprintlab serve, then ${RESULTS}`);
    return true;
  }
  console.log(`\n$ sprintlab serve\nThe results are at ${RESULTS} while this runs; Ctrl C ends it.`);
  return (await sprintlab(['serve'])) === 0;
}

function sprintlab(words) {
  const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve) => child.once('close', resolve));
}
