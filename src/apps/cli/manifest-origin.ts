import { basename, dirname, resolve } from 'node:path';
import type { ManifestOrigin } from '#features/submissions/domain/manifest-origin.ts';
import { gitPlaceOf } from '#platform/git/git-place.ts';

/** Where a manifest file lies, for whoever looks at its runs elsewhere. */
export async function originOf(file: string): Promise<ManifestOrigin> {
  const path = resolve(file);
  const place = await gitPlaceOf(dirname(path));
  if (place === null) return { file: basename(path), git: null };
  const { prefix, ...git } = place;
  return { file: `${prefix}${basename(path)}`, git };
}
