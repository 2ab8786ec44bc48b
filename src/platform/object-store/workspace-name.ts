import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** The process that works in a workspace. */
export interface WorkspaceOwner {
  readonly host: string;
  readonly pid: number;
}

/** A new name that tells who works there, so that what a killed process left can be told from what is in use. */
export function newWorkspaceName(): string {
  return [hostname(), process.pid, randomUUID()].join('.');
}

/** `null` for a name that does not tell. */
export function ownerOfWorkspace(name: string): WorkspaceOwner | null {
  const [, host, pid] = /^(.+)\.([0-9]+)\.[0-9a-f-]{36}$/.exec(name) ?? [];
  return host === undefined ? null : { host, pid: Number(pid) };
}

/** A process of another host may live: from here it cannot be seen. */
export function isKnownToBeDead({ host, pid }: WorkspaceOwner): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // Without the right to signal it, it lives.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
