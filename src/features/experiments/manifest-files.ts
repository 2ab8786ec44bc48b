import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { DomainError, formatPlace, placeOf } from '#kernel/domain-error.ts';
import type { Source } from './domain/document-reader.ts';

/** Four times what a manifest may hold, so that the parser still says what is wrong with a large one. */
const MOST_BYTES = 4 * 1024 * 1024;

export class UnreadableManifestError extends DomainError<'UNREADABLE_MANIFEST'> {
  constructor(file: string, problem: string) {
    const place = placeOf({ file, problem });
    super('UNREADABLE_MANIFEST', `${formatPlace(place)}.`, [place]);
  }
}

class OutsideError extends UnreadableManifestError {
  constructor(file: string) {
    super(file, 'this file lies outside of the working folder and of the folder above the manifest');
  }
}

/** Reads manifests and their bases, and nothing else: a base must lie where the user already pointed. */
export class ManifestFiles {
  constructor(private readonly workingFolder: string) {}

  /** @throws UnreadableManifestError */
  read(file: string): Source {
    return { file, text: readText(resolve(this.workingFolder, file), file) };
  }

  /**
   * A base that `from` extends. It must lie below the working folder or below the folder above the manifest's own, symbolic
   * links resolved: a manifest from somebody else must not read the rest of the disk.
   * @throws UnreadableManifestError
   */
  readBase(from: string, path: string): Source {
    const file = join(dirname(from), path);
    const absolute = resolve(this.workingFolder, file);
    const allowed = [this.workingFolder, resolve(this.workingFolder, dirname(from), '..')];
    // As written first: whether a file outside exists is nothing that a manifest may find out.
    if (!allowed.some((folder) => isBelow(absolute, folder))) throw new OutsideError(file);
    if (!allowed.some((folder) => isBelow(realPath(absolute, file), realPath(folder, folder)))) {
      throw new OutsideError(file);
    }
    return { file, text: readText(absolute, file) };
  }
}

function readText(absolute: string, file: string): string {
  const path = realPath(absolute, file);
  const status = statSync(path);
  if (status.isDirectory()) throw new UnreadableManifestError(file, 'this is a folder; name a YAML file');
  if (!status.isFile()) throw new UnreadableManifestError(file, 'this is not a regular file');
  if (status.size > MOST_BYTES)
    throw new UnreadableManifestError(file, 'the file is too large; a manifest has at most 1 MiB');
  return decode(readFileSync(path), file);
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadableManifestError(file, 'the file is not UTF-8 text');
  }
}

function realPath(absolute: string, shown: string): string {
  try {
    return realpathSync(absolute);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    const reason = code === 'ENOENT' || code === 'ENOTDIR' ? 'the file does not exist' : 'the file cannot be read';
    throw new UnreadableManifestError(shown, reason);
  }
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && resolve(folder, way) === path;
}
