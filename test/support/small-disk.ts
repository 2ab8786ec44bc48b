import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, in memory, that can be filled, enlarged and made read-only. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** @returns why there is none, where the system does not let this process mount. */
  static mount(kilobytes: number): SmallDisk | string {
    const folder = mkdtempSync(join(tmpdir(), 'sprintlab-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder], { stdio: 'pipe' });
      return new SmallDisk(folder);
    } catch (error) {
      rmSync(folder, { recursive: true });
      const reason = error instanceof Error ? error.message.split('\n').at(-2) : '';
      return `needs the right to mount a file system in memory (${reason ?? ''})`;
    }
  }

  /** Leaves so many bytes free, or more by less than a page; none where others fill it at the same moment. */
  fill(bytesFree: number): void {
    this.empty();
    const { bavail, bsize } = statfsSync(this.folder);
    try {
      writeFileSync(this.ballast, new Uint8Array(Math.max(0, bavail * bsize - bytesFree)));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }

  empty(): void {
    rmSync(this.ballast, { force: true });
  }

  remount(options: string): void {
    execFileSync('mount', ['-o', `remount,${options}`, this.folder]);
  }

  unmount(): void {
    execFileSync('umount', ['--lazy', this.folder]);
    rmSync(this.folder, { recursive: true });
  }

  private get ballast(): string {
    return join(this.folder, 'ballast');
  }
}
