import type { z } from 'zod';
import type { JsonObject, JsonValue } from '#kernel/json.ts';
import type { DocumentPath } from './document-node.ts';
import { manifestSchema, type Manifest } from './manifest-schema.ts';
import { nearestWord } from '#kernel/nearest-word.ts';
import { schemaMistakes, type Mistake } from './schema-mistakes.ts';
import { keysOf, schemaAt, valueSchema } from './value-words.ts';

/**
 * A manifest without those of its parts that the schema refuses, so that the rules between keys can still be checked and one
 * pass finds every mistake.
 */
export interface Draft {
  readonly manifest: Manifest;
  /** What was written, without defaults. */
  readonly written: JsonObject;
  /** Where something was refused and is missing. */
  readonly holes: readonly DocumentPath[];
}

export interface DraftedManifest {
  /** `null` if too little is left to say more. */
  readonly draft: Draft | null;
  readonly mistakes: readonly Mistake[];
}

/** Stand-ins for what every manifest has: no rule between keys reads them. */
const STAND_INS: Readonly<Record<string, JsonValue>> = { sprintlab: 1, name: 'x', question: 'x', dataset: 'x' };

export function draftManifest(written: JsonObject): DraftedManifest {
  const mistakes = schemaMistakes(manifestSchema, written);
  const holes: DocumentPath[] = [];
  const rest = structuredClone(written);
  for (let round = 0; round < 40; round += 1) {
    const { data, error } = manifestSchema.safeParse(rest);
    if (data !== undefined) return { draft: { manifest: data, written: rest, holes }, mistakes };
    for (const issue of error.issues) {
      for (const path of faultyPaths(issue)) {
        remove(rest, path);
        holes.push(holeAt(issue, path));
      }
    }
  }
  return { draft: null, mistakes };
}

/** Is nothing missing at, below or above this path? A rule holds back where a part that it reads is missing. */
export function isWhole({ holes }: Pick<Draft, 'holes'>, ...path: DocumentPath): boolean {
  return !holes.some((hole) => hole.slice(0, path.length).every((step, index) => step === path[index]));
}

/** Is it known which arms are named, whatever is missing of their settings? */
export function areArmsNamed({ holes }: Pick<Draft, 'holes'>): boolean {
  return !holes.some(([section, , key]) => section === 'arms' && (key === undefined || key === 'name'));
}

function faultyPaths(issue: z.core.$ZodIssue): readonly DocumentPath[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
}

/** An unknown key leaves a hole where the key is that was probably meant. */
function holeAt(issue: z.core.$ZodIssue, path: DocumentPath): DocumentPath {
  if (issue.code !== 'unrecognized_keys') return path;
  const parent = path.slice(0, -1);
  const known = keysOf(schemaAt(valueSchema(manifestSchema), parent) ?? {});
  return [...parent, nearestWord(String(path.at(-1)), known) ?? String(path.at(-1))];
}

/** Removes a key; where there is none, or in a list, whose indexes must not move, the key that holds it. */
function remove(written: JsonObject, path: DocumentPath): void {
  const { holder, key } = heldAt(written, path);
  Reflect.deleteProperty(holder, key);
  if (holder === written && Object.hasOwn(STAND_INS, key)) Reflect.set(written, key, STAND_INS[key]);
}

/** The mapping nearest to the end of the path, and its key, of what is there. */
function heldAt(written: JsonObject, path: DocumentPath): { holder: object; key: string | number } {
  let held = { holder: written as object, key: path[0] ?? '' };
  let value: JsonValue | undefined = written;
  for (const step of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) break;
    if (!Array.isArray(value)) held = { holder: value, key: step };
    value = (value as Record<string | number, JsonValue>)[step];
  }
  return held;
}
