import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;
/** What Linux, macOS and Windows answer where a folder is in the way. */
const NOT_EMPTY = process.platform === 'win32' ? ['EPERM', 'ENOTEMPTY'] : ['ENOTEMPTY', 'EEXIST'];

/**
 * Runs `work` while no other set-up of this checkout works. The lock is a folder with one file named after its holder.
 * It appears by renaming a folder that already holds the file, and a folder is only removed when it is empty. So it is never
 * seen half-made, and two waiters that find a dead holder cannot remove the lock that one of them has just taken.
 * @param {string} root
 * @param {(holder: { readonly noteChild: (pid: number) => void }) => Promise<void>} work
 */
export async function withLock(root, work) {
  const lock = join(root, '.set-up.lock');
  const name = `${process.pid}-${randomUUID()}`;
  await acquire(lock, name);
  const release = () => removeHolder(lock, name);
  process.once('exit', release);
  try {
    // A killed holder may leave its npm at work; the lock then lives as long as that.
    await work({ noteChild: (pid) => writeFileSync(join(lock, name), String(pid)) });
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

async function acquire(lock, name) {
  let told = false;
  while (!take(lock, name)) {
    const holder = holderOf(lock);
    if (holder === null) removeIfEmpty(lock);
    else if (!isAlive(lock, holder)) removeHolder(lock, holder);
    else {
      if (!told) console.log(`Waiting for another set-up to finish (process ${processOf(holder)}) ...`);
      told = true;
      await sleep(POLL_MS);
    }
  }
}

function take(lock, name) {
  const prepared = `${lock}-${name}`;
  mkdirSync(prepared);
  writeFileSync(join(prepared, name), '');
  try {
    renameSync(prepared, lock);
    return true;
  } catch (error) {
    rmSync(prepared, { recursive: true, force: true });
    if (NOT_EMPTY.includes(error.code)) return false;
    throw error;
  }
}

function holderOf(lock) {
  return ifThere(() => readdirSync(lock)[0]) ?? null;
}

function isAlive(lock, holder) {
  const child = Number(ifThere(() => readFileSync(join(lock, holder), 'utf8')) ?? 0);
  return isRunning(Number(processOf(holder))) || (child > 0 && isRunning(child));
}

function processOf(holder) {
  return holder.split('-')[0];
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function removeHolder(lock, name) {
  rmSync(join(lock, name), { force: true });
  removeIfEmpty(lock);
}

function removeIfEmpty(lock) {
  try {
    rmdirSync(lock);
  } catch (error) {
    if (error.code !== 'ENOENT' && !NOT_EMPTY.includes(error.code)) throw error;
  }
}

function ifThere(read) {
  try {
    return read();
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
