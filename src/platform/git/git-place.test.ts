import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitPlaceOf, withoutCredentials } from './git-place.ts';

const aFolder = (): string => mkdtempSync(join(tmpdir(), 'sprintlab-git-'));
const git = (folder: string, ...words: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b.c', '-C', folder, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

describe('what git knows of a folder', () => {
  it('is its commit, branch, and remote without the password, and where in the repository it lies', async () => {
    const root = aFolder();
    git(root, 'init', '--initial-branch', 'trunk');
    git(root, 'remote', 'add', 'origin', 'https://me:secret@example.org/lab.git');
    expect(await gitPlaceOf(root)).toBeNull();
    git(root, 'commit', '--allow-empty', '--message', 'First');
    const commit = git(root, 'rev-parse', 'HEAD').trim();
    const known = { commit, branch: 'trunk', repository: 'https://example.org/lab.git', prefix: '' };
    expect(await gitPlaceOf(root)).toEqual(known);
    mkdirSync(join(root, 'experiments'));
    git(root, 'checkout', '--detach');
    expect(await gitPlaceOf(join(root, 'experiments'))).toEqual({ ...known, branch: null, prefix: 'experiments/' });
  });

  it('is nothing outside of a repository', async () => {
    expect(await gitPlaceOf(aFolder())).toBeNull();
  });

  it.each([
    ['https://token@example.org/a.git?private_token=b', 'https://example.org/a.git'],
    ['ssh://git:secret@example.org/a.git', 'ssh://example.org/a.git'],
    ['git@example.org:lab/a.git', 'git@example.org:lab/a.git'],
    ['/srv/lab.git', '/srv/lab.git'],
    ['https://me:secret@[broken', null],
  ])('has no credentials: %s', (address, kept) => {
    expect(withoutCredentials(address)).toBe(kept);
  });
});
