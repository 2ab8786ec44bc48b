import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from '../../scripts/set-up/lock.mjs';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));

/** There is no Python to compare with; the message says why and what to do. */
export class NoPythonError extends Error {
  constructor(problem) {
    super(`There is no Python to compare with: ${problem}`);
    this.name = 'NoPythonError';
  }
}

/**
 * The path of a Python that has the pinned packages of a requirements file, made on first use. It lies in `node_modules/.cache`,
 * touches nothing outside, and is made anew when the pins change.
 * @throws NoPythonError
 */
export async function pythonEnvironment(name, requirements) {
  const folder = join(CACHE, name);
  const python = join(folder, 'venv', 'bin', 'python');
  const stamp = join(folder, 'requirements.sha256');
  const pins = readFileSync(requirements);
  const wanted = createHash('sha256').update(pins).digest('hex');
  const isMade = () => existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (isMade()) return python;
  mkdirSync(CACHE, { recursive: true });
  // Suites run side by side: one makes it, and the others wait.
  await withLock(CACHE, async () => {
    if (isMade()) return;
    const packages = pins.toString().trim().split('\n').join(', ');
    console.error(`Making a Python environment in node_modules/.cache/${name}, which takes a while: ${packages}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await make({ folder, python, requirements });
    writeFileSync(stamp, wanted);
  });
  return python;
}

async function make({ folder, python, requirements }) {
  const log = join(folder, 'pip.log');
  await step(['python3', '-m', 'venv', join(folder, 'venv')], {
    log,
    problem: 'python3 cannot make an environment. Install Python 3.10 to 3.12 with its module venv',
  });
  await step([python, '-m', 'pip', 'install', '--disable-pip-version-check', '-r', fileURLToPath(requirements)], {
    log,
    problem:
      'pip could not install the pinned packages. Check the network and the settings of pip, and that python3 is 3.10 to 3.12',
  });
}

async function step([program, ...options], { log, problem }) {
  const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  const file = createWriteStream(log, { flags: 'a' });
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  const succeeded = await new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
  file.end();
  if (!succeeded) throw new NoPythonError(`${problem}; ${log} has what was said. Then run the same command again.`);
}
