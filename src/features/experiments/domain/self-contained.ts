import { stringify } from 'yaml';
import type { JsonObject } from '#kernel/json.ts';
import { toJson } from './document-node.ts';
import type { Source } from './document-reader.ts';
import { ManifestError } from './manifest-error.ts';
import { readLayers, type ReadBase } from './manifest-layers.ts';

/** Whether a manifest stands on others. */
export function hasBases({ text }: Source): boolean {
  return /^extends:/m.test(text);
}

/**
 * A manifest with its bases merged into it, for where they are not: it can be run by itself. One without bases stays as its
 * author wrote it.
 * @throws ManifestError for what cannot be read as YAML, with every place
 */
export function selfContained(source: Source, readBase: ReadBase): Source {
  if (!hasBases(source)) return source;
  const { root, places } = readLayers(source, readBase);
  if (root === null || places.length > 0) throw new ManifestError(places);
  const written = Object.entries(toJson(root) as JsonObject).filter(([key]) => key !== 'extends');
  return { file: source.file, text: stringify(Object.fromEntries(written)) };
}
