import type { z } from 'zod';
import { canonicalJson, type JsonValue } from '#kernel/json.ts';
import { placeOf, type Place } from '#kernel/domain-error.ts';
import { formatPath, type DocumentPath } from './document-node.ts';
import { nearestWord } from '#kernel/nearest-word.ts';
import { SETTING_KEYS } from './setting-keys.ts';
import { allowedInWords, keysOf, schemaAt, valueSchema, wordsOf, type ValueSchema } from './value-words.ts';

/** A mistake before its place in a file is looked up. */
export interface Mistake {
  readonly path: DocumentPath;
  readonly problem: string;
  readonly allowed?: string | null;
  readonly suggestion?: string | null;
  /** The key is wrong, not its value. */
  readonly isKey?: boolean;
}

/** Where a mistake is, its file aside. */
export function placeOfMistake(mistake: Mistake): Place {
  const { path, problem, allowed = null, suggestion = null } = mistake;
  return placeOf({ path: formatPath(path), problem, allowed, suggestion });
}

/** What a schema finds wrong with a value that is written at `path`. */
export function schemaMistakes(schema: z.ZodType, value: JsonValue, path: DocumentPath = []): readonly Mistake[] {
  const { error } = schema.safeParse(value);
  if (error === undefined) return [];
  const allowed = valueSchema(schema);
  const found = error.issues.flatMap((issue) => issueMistakes(issue, value, allowed));
  return found.map((mistake) => ({ ...mistake, path: [...path, ...mistake.path] }));
}

function issueMistakes(issue: z.core.$ZodIssue, root: JsonValue, schema: ValueSchema): readonly Mistake[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...path, key], keysOf(schemaAt(schema, path) ?? {})));
  }
  const inner = issue.code === 'invalid_union' ? branchIssues(issue, valueAt(root, path)) : null;
  if (inner !== null) {
    return inner.flatMap((part) => issueMistakes({ ...part, path: [...path, ...part.path] }, root, schema));
  }
  const value = valueAt(root, path);
  return [wrongLength(issue, path, value) ?? wrongValue(issue, path, value, schemaAt(schema, path))];
}

/** The issues of the one branch of a union that takes this kind of value; `null` if there is none, or several. */
function branchIssues(
  issue: z.core.$ZodIssueInvalidUnion,
  value: JsonValue | undefined,
): readonly z.core.$ZodIssue[] | null {
  if (value === null || typeof value !== 'object') return null;
  const branches = issue.errors.filter((part) => part.every((inner) => inner.path.length > 0 || isAboutMembers(inner)));
  return branches.length === 1 ? (branches[0] ?? null) : null;
}

function isAboutMembers({ code }: z.core.$ZodIssue): boolean {
  return code === 'unrecognized_keys' || code === 'too_small' || code === 'too_big';
}

function unknownKey(path: DocumentPath, known: readonly string[]): Mistake {
  const key = String(path.at(-1));
  const [section, name] = key.split('.');
  const isDotted = SETTING_KEYS.has(key) && name !== undefined;
  const suggestion = isDotted ? `${section}: {${name}: …}` : nearestWord(key, known);
  return { path, problem: 'this key is not known', allowed: `one of ${known.join(', ')}`, suggestion, isKey: true };
}

function wrongLength(issue: z.core.$ZodIssue, path: DocumentPath, value: JsonValue | undefined): Mistake | null {
  if (!Array.isArray(value) || (issue.code !== 'too_small' && issue.code !== 'too_big')) return null;
  const allowed = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  return { path, problem: `the list has ${value.length} values`, allowed };
}

function wrongValue(
  issue: z.core.$ZodIssue,
  path: DocumentPath,
  value: JsonValue | undefined,
  schema: ValueSchema | null,
): Mistake {
  const allowed = schema === null ? null : allowedInWords(schema);
  if (value === undefined) return { path, problem: `${path.at(-1) ?? 'the value'} is missing`, allowed };
  if (issue.code === 'custom') return { path, problem: issue.message, allowed: 'each value once' };
  const suggestion = typeof value === 'string' && schema !== null ? nearestWord(value, wordsOf(schema)) : null;
  return { path, problem: `${shown(value)} is not possible here`, allowed, suggestion };
}

function valueAt(root: JsonValue, path: DocumentPath): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const step of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, JsonValue>)[step];
  }
  return value;
}

/** A value as it is quoted in a sentence. */
export function shown(value: JsonValue): string {
  if (value === null) return 'an empty value';
  const text = canonicalJson(value);
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
