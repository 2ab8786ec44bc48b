import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REQUIREMENTS = fileURLToPath(new URL('python/requirements.txt', import.meta.url));
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/sprintlab-bench', import.meta.url));
const PYTHON = join(FOLDER, 'venv', 'bin', 'python');
const STAMP = join(FOLDER, 'requirements.sha256');
const LOG = join(FOLDER, 'pip.log');

/** There is no Python to compare with; the message says why and what to do. */
export class NoPythonError extends Error {
  constructor(problem) {
    super(`The Python peers are left out: ${problem}`);
    this.name = 'NoPythonError';
  }
}

/**
 * The path of a Python that has the pinned peers, made on first use. It lies in `node_modules/.cache`, touches nothing
 * outside, and is made anew when the pins change.
 * @throws NoPythonError
 */
export async function pythonEnvironment() {
  const pins = readFileSync(REQUIREMENTS);
  const wanted = createHash('sha256').update(pins).digest('hex');
  if (existsSync(PYTHON) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return PYTHON;
  const packages = pins.toString().trim().split('\n').join(', ');
  console.error(`Making a Python environment in node_modules/.cache/sprintlab-bench, a few minutes: ${packages}`);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  await step(
    ['python3', '-m', 'venv', join(FOLDER, 'venv')],
    'python3 cannot make an environment. Install Python 3.10 to 3.12 with its module venv',
  );
  await step(
    [PYTHON, '-m', 'pip', 'install', '--disable-pip-version-check', '-r', REQUIREMENTS],
    'pip could not install the pinned packages. Check the network and the settings of pip, and that python3 is 3.10 to 3.12',
  );
  writeFileSync(STAMP, wanted);
  return PYTHON;
}

async function step([program, ...options], problem) {
  const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(LOG, { flags: 'a' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const succeeded = await new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
  log.end();
  if (!succeeded) throw new NoPythonError(`${problem}; ${LOG} has what was said. Then run the same command again.`);
}
