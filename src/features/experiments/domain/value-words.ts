import { z } from 'zod';
import { KEY_NOTES, type KeyNote } from './setting.ts';

/** The JSON Schema of some values, with their notes. */
export type ValueSchema = z.core.JSONSchema.BaseSchema & Partial<KeyNote>;

/** Made once for each schema, because a manifest can have thousands of mistakes. */
const MADE = new WeakMap<z.ZodType, ValueSchema>();

export function valueSchema(schema: z.ZodType): ValueSchema {
  const known = MADE.get(schema);
  if (known !== undefined) return known;
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', metadata: KEY_NOTES }) as ValueSchema;
  MADE.set(schema, made);
  return made;
}

/** The schema of what stands at a path; `null` where the path leads nowhere. */
export function schemaAt(schema: ValueSchema, path: readonly (string | number)[]): ValueSchema | null {
  const [step, ...rest] = path;
  if (step === undefined) return schema;
  for (const branch of branchesOf(schema)) {
    const inner = stepInto(branch, step);
    const found = inner === null ? null : schemaAt(inner, rest);
    if (found !== null) return found;
  }
  return null;
}

/** The keys of a mapping; empty where any key is possible. */
export function keysOf(schema: ValueSchema): readonly string[] {
  return branchesOf(schema).flatMap((branch) => Object.keys(branch.properties ?? {}));
}

/** The words that stand for themselves, such as `random`. */
export function wordsOf(schema: ValueSchema): readonly string[] {
  const values = branchesOf(schema).flatMap(
    (branch) => branch.enum ?? (branch.const === undefined ? [] : [branch.const]),
  );
  return values.filter((value) => typeof value === 'string');
}

/** What is allowed, in words: `a whole number from 2 to 200`. */
export function allowedInWords(schema: ValueSchema): string {
  if (schema.values !== undefined) return schema.values;
  if (schema.anyOf !== undefined)
    return schema.anyOf.map((branch) => allowedInWords(branch as ValueSchema)).join(' or ');
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  return TYPE_WORDS[String(schema.type)]?.(schema) ?? 'any value';
}

const TYPE_WORDS: Readonly<Record<string, (schema: ValueSchema) => string>> = {
  integer: (schema) => `a whole number${rangeInWords(schema)}`,
  number: (schema) => `a number${rangeInWords(schema)}`,
  boolean: () => 'true or false',
  object: objectInWords,
  array: () => 'a list',
  string: () => 'text',
  null: () => 'null',
};

function branchesOf(schema: ValueSchema): readonly ValueSchema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap((branch) => branchesOf(branch as ValueSchema));
}

function stepInto(schema: ValueSchema, step: string | number): ValueSchema | null {
  const inner = typeof step === 'number' ? schema.items : (ownProperty(schema, step) ?? schema.additionalProperties);
  return typeof inner === 'object' && !Array.isArray(inner) ? (inner as ValueSchema) : null;
}

function ownProperty(schema: ValueSchema, name: string): unknown {
  const properties = schema.properties ?? {};
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function objectInWords(schema: ValueSchema): string {
  const keys = keysOf(schema);
  return keys.length === 0 ? 'a mapping' : `a mapping with the keys ${keys.join(', ')}`;
}

/** Zod writes the range of exact whole numbers into every whole number; that is no limit of ours. */
function rangeInWords({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: ValueSchema): string {
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (minimum !== undefined && most !== undefined) return ` from ${minimum} to ${most}`;
  const lower = exclusiveMinimum === undefined ? lowest(minimum) : ` above ${exclusiveMinimum}`;
  if (most !== undefined) return `${lower}${lower === '' ? '' : ' and'} up to ${most}`;
  return exclusiveMaximum === undefined ? lower : `${lower}${lower === '' ? '' : ' and'} below ${exclusiveMaximum}`;
}

function lowest(minimum: number | undefined): string {
  return minimum === undefined ? '' : ` of at least ${minimum}`;
}
