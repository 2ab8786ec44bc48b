import type { JsonObject } from '#kernel/json.ts';
import type { Place } from '#kernel/domain-error.ts';
import { positionOf, toJson, type DocumentPath, type Position } from './document-node.ts';
import type { Source } from './document-reader.ts';
import { draftManifest } from './manifest-draft.ts';
import { ManifestError } from './manifest-error.ts';
import { readLayers, type ReadBase } from './manifest-layers.ts';
import { judgeDraft, type Surroundings } from './manifest-rules.ts';
import type { Manifest } from './manifest-schema.ts';
import { placeOfMistake, type Mistake } from './schema-mistakes.ts';

export interface ParsedManifest {
  readonly manifest: Manifest;
  /** What was written, its bases merged into it: the same manifest without `extends`. */
  readonly written: JsonObject;
  /** Where a path is written, in which file; what is not written is placed at what would hold it. */
  readonly locate: (path: DocumentPath) => Position;
  /** What is allowed and has no effect. */
  readonly warnings: readonly Place[];
}

export interface ParseOptions extends Surroundings {
  readonly readBase: ReadBase;
}

/**
 * Reads a manifest with the bases that it extends, gives every key its default and checks the rules between them.
 * @throws ManifestError with every mistake at its place, in the order of the files and lines
 */
export function parseManifest(source: Source, { readBase, ...surroundings }: ParseOptions): ParsedManifest {
  const { root, places } = readLayers(source, readBase);
  if (root === null) throw new ManifestError(places);
  const placed = (mistake: Mistake): Place => ({
    ...placeOfMistake(mistake),
    ...positionOf(root, mistake.path, mistake.isKey),
  });
  const written = toJson(root) as JsonObject;
  const { draft, mistakes } = draftManifest(written);
  const judgement = draft === null ? { mistakes: [], warnings: [] } : judgeDraft(draft, surroundings);
  const all = [...places, ...[...mistakes, ...judgement.mistakes].map(placed)];
  if (draft === null || all.length > 0) throw new ManifestError(inReadingOrder(all, source.file));
  return {
    manifest: draft.manifest,
    written: Object.fromEntries(Object.entries(written).filter(([key]) => key !== 'extends')),
    locate: (path) => positionOf(root, path),
    warnings: judgement.warnings.map(placed),
  };
}

/** The first file before its bases, then by line and column. */
function inReadingOrder(places: readonly Place[], first: string): readonly Place[] {
  const files = [first, ...new Set(places.map(({ file }) => file))];
  const rank = ({ file, line, column }: Place): readonly number[] => [files.indexOf(file), line ?? 0, column ?? 0];
  return [...places].sort((left, right) => {
    const [ofLeft, ofRight] = [rank(left), rank(right)];
    const differing = ofLeft.findIndex((number, index) => number !== ofRight[index]);
    return (ofLeft[differing] ?? 0) - (ofRight[differing] ?? 0);
  });
}
