import { readFile } from 'node:fs/promises';

/** How often a process is looked at: a stage fills some tens of megabytes in between. */
const LOOK_MS = 250;

/**
 * Calls `onExceeded` once when a process holds more than `limitBytes` of memory, native memory included. Returns what ends
 * the watch. Where the system does not tell (no `/proc`), nothing is limited but the heap of the interpreter.
 */
export function guardMemory(pid: number, limitBytes: number, onExceeded: (bytes: number) => void): () => void {
  const timer = setInterval(() => {
    void residentBytes(pid).then((bytes) => {
      if (bytes === null || bytes <= limitBytes) return;
      clearInterval(timer);
      onExceeded(bytes);
    });
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** What a process holds in memory now; `null` when it is gone, or the system does not tell. */
async function residentBytes(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
