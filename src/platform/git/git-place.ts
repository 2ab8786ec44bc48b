import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What git knows of a folder. */
export interface GitPlace {
  readonly commit: string;
  /** `null` where a commit was checked out by itself. */
  readonly branch: string | null;
  /** Address of the remote `origin`, without credentials; `null` where there is none. */
  readonly repository: string | null;
  /** The folder from the root of the repository, with a slash at its end; empty for the root. */
  readonly prefix: string;
}

/** A folder on a disk that hangs holds nobody up longer, in milliseconds. */
const PATIENCE_MS = 2_000;

/** `null` where there is no git, no repository, or no commit in it. */
export async function gitPlaceOf(folder: string): Promise<GitPlace | null> {
  const told = await git(folder, ['rev-parse', '--show-prefix', 'HEAD', '--abbrev-ref', 'HEAD']);
  const [prefix, commit, branch] = told?.split('\n') ?? [];
  if (prefix === undefined || commit === undefined || branch === undefined) return null;
  const remote = await git(folder, ['remote', 'get-url', 'origin']);
  return {
    commit,
    branch: branch === 'HEAD' ? null : branch,
    repository: remote === null ? null : withoutCredentials(remote.trim()),
    prefix,
  };
}

/** `null` for an address that has a scheme and cannot be read: what may hold a secret is not kept. */
export function withoutCredentials(address: string): string | null {
  if (!address.includes('://')) return address;
  try {
    const url = new URL(address);
    [url.username, url.password, url.search, url.hash] = ['', '', '', ''];
    return url.href;
  } catch {
    return null;
  }
}

async function git(folder: string, words: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', folder, ...words], { timeout: PATIENCE_MS });
    return stdout;
  } catch {
    return null;
  }
}
