import { spawn } from 'node:child_process';

const TAIL_LINES = 25;

/** What a failed step most likely needs, by what its output says. The first that fits is told. */
const REMEDIES = [
  [/error TS\d+/, 'The sources do not compile. Correct the lines named above and run the same command again.'],
  [/ENOSPC/, 'The disk is full. Free some space and run the same command again.'],
  [
    /EACCES|EPERM|EROFS/,
    'A file or folder may not be written. Check who owns this checkout and npm’s cache folder, then run the same command again.',
  ],
  [
    /EUSAGE|can only install packages when your package\.json/,
    'package.json and package-lock.json do not agree. Run npm install, then the same command again.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|npm error network|\bE50\d\b|ERR_SOCKET/,
    'The package registry could not be reached. Check the network (npm config get registry, proxy) and run the same command again.',
  ],
];

const UNKNOWN = 'The lines above say why. When that is put right, run the same command again.';

/** A step that failed: the end of what it said, and what to do. */
export class StepFailedError extends Error {
  constructor(name, output, remedy) {
    super([...tailOf(output), `${name} failed. ${remedy}`].join('\n'));
    this.name = 'StepFailedError';
  }
}

/** Does the work of a command. What goes wrong is told in words with what to do, and becomes exit code 1. */
export async function reportFailure(work) {
  try {
    await work();
  } catch (error) {
    const remedy = error instanceof StepFailedError ? '' : remedyFor(String(error.message));
    if (remedy === undefined) throw error;
    console.error(`${error.message} ${remedy}`.trim());
    process.exitCode = 1;
  }
}

/**
 * Runs one command and keeps what it says to itself unless it fails.
 * @param {{ name: string, command: string[], root: string, environment?: Record<string, string> }} step
 * @param {{ noteChild: (pid: number) => void }} holder
 */
export async function runStep({ name, command: [program, ...options], root, environment }, holder) {
  const child = spawn(program, options, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // npm is a script on Windows, which only a shell starts.
    shell: program === 'npm' && process.platform === 'win32',
  });
  if (child.pid !== undefined) holder.noteChild(child.pid);
  const passOn = (signal) => child.kill(signal);
  process.on('SIGINT', passOn).on('SIGTERM', passOn);
  try {
    await finished(child, name);
  } finally {
    process.removeListener('SIGINT', passOn).removeListener('SIGTERM', passOn);
  }
}

function finished(child, name) {
  return new Promise((resolve, reject) => {
    let output = '';
    const collect = (chunk) => (output += chunk);
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => reject(new StepFailedError(name, output, remedyForStart(error))));
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new StepFailedError(name, output, signal === null ? (remedyFor(output) ?? UNKNOWN) : interrupted(signal)),
        );
    });
  });
}

function remedyForStart(error) {
  if (error.code === 'ENOENT') return 'npm was not found. It comes with Node: install it, or put it on the PATH.';
  return `It could not be started: ${error.message}.`;
}

function remedyFor(output) {
  return REMEDIES.find(([sign]) => sign.test(output))?.[1];
}

function interrupted(signal) {
  return `It was interrupted (${signal}). Run the same command again: it takes up where this left off.`;
}

function tailOf(output) {
  return output.trimEnd().split('\n').slice(-TAIL_LINES);
}
