import { DomainError, placeOf, type Place } from '#kernel/domain-error.ts';
import { mergeNodes, type DocumentNode, type MappingNode } from './document-node.ts';
import { readDocument, type Source } from './document-reader.ts';
import { manifestSchema } from './manifest-schema.ts';

/** Reads the base file `path` that the file `from` names. It may refuse with a `DomainError`; that becomes a place. */
export type ReadBase = (from: string, path: string) => Source;

const MOST_BASES = 8;

/** Reads a manifest and the bases that it extends, and merges them: the file nearest to the first one wins. */
export function readLayers(
  source: Source,
  readBase: ReadBase,
): { root: DocumentNode | null; places: readonly Place[] } {
  const places: Place[] = [];
  const layers: MappingNode[] = [];
  const files = [source.file];
  for (let next: Source | null = source; next !== null;) {
    const { root, places: found } = readDocument(next);
    places.push(...found);
    if (root === null) return { root: null, places };
    layers.push(withoutExtends(root));
    const base = baseOf(root, files, readBase);
    if (base.place !== null) return { root: null, places: [...places, base.place] };
    next = base.source;
    if (next !== null) files.push(next.file);
  }
  return { root: layers.reduceRight<DocumentNode | null>(mergeOver, null), places };
}

function mergeOver(base: DocumentNode | null, layer: MappingNode): DocumentNode {
  return base === null ? layer : mergeNodes(base, layer);
}

interface Base {
  readonly source: Source | null;
  readonly place: Place | null;
}

function withoutExtends(root: MappingNode): MappingNode {
  return { ...root, entries: new Map([...root.entries].filter(([key]) => key !== 'extends')) };
}

function baseOf(root: MappingNode, files: readonly string[], readBase: ReadBase): Base {
  const node = root.entries.get('extends')?.node;
  if (node === undefined) return { source: null, place: null };
  const refused = (problem: string, allowed: string | null): Base => ({
    source: null,
    place: placeOf({ ...node.at, path: 'extends', problem, allowed }),
  });
  const path = manifestSchema.shape.extends.safeParse(node.kind === 'scalar' ? node.value : null).data;
  if (path === undefined)
    return refused('this is not the path of a base file', 'a relative path that ends in .yaml or .yml');
  const source = readOrRefusal(files.at(-1) ?? '', path, readBase);
  if (source instanceof DomainError) return refused(source.message, null);
  if (files.includes(source.file)) {
    return refused(`extends goes in a circle: ${[...files, source.file].join(' -> ')}`, 'a chain of files that ends');
  }
  if (files.length > MOST_BASES)
    return refused('the chain of base files is too long', `at most ${MOST_BASES} base files`);
  return { source, place: null };
}

function readOrRefusal(from: string, path: string, readBase: ReadBase): Source | DomainError {
  try {
    return readBase(from, path);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
