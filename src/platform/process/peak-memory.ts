import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has had at a time, in bytes. On Linux `VmHWM` of proc(5): what `getrusage` says is never
 * less than what the process had that started this one.
 */
export function peakMemoryBytes(): number {
  const kilobytes = highWaterMark() ?? process.resourceUsage().maxRSS;
  return kilobytes * 1024;
}

/** `null` on systems without it. */
function highWaterMark(): number | null {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes);
  } catch {
    return null;
  }
}
