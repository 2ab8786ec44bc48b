import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Runs the program in a home of its own, its progress on the terminal, and gives what it printed. */
export async function sprintlab(words, { home, root, accepts = [0] }) {
  const child = spawn(process.execPath, [join(root, 'dist/apps/cli/main.js'), ...words], {
    cwd: root,
    env: { ...process.env, SPRINTLAB_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (out += chunk));
  const code = await new Promise((done) => child.once('close', done));
  if (!accepts.includes(code)) throw new Error(`sprintlab ${words.join(' ')} ended with ${code}: ${out}`);
  return words.includes('--json') ? JSON.parse(out) : out;
}
