import { z } from 'zod';
import { nearestWord } from '../nearest-word.ts';
import type { Written } from './filter.ts';
import { InvalidFilterError } from './invalid-filter.ts';

/** How the values of a field are compared. `any`: as numbers or truths where they are written so, else as texts. */
export type FieldKind = 'text' | 'number' | 'time' | 'flag' | 'any';

export interface FilterField {
  readonly kind: FieldKind;
  /** The only values that it can have. */
  readonly words?: readonly string[];
}

/** The fields of a list: those with a name, and families such as `settings.*`. */
export interface FilterFields<Field extends FilterField = FilterField> {
  /** All that can be meant, for suggestions. */
  readonly names: readonly string[];
  /** The same in short, for messages; the names unless said. */
  readonly summary?: string;
  find(name: string): Field | null;
}

export function fieldsNamed<Field extends FilterField>(fields: Readonly<Record<string, Field>>): FilterFields<Field> {
  const known = new Map(Object.entries(fields));
  return { names: [...known.keys()], find: (name) => known.get(name) ?? null };
}

/** The fields of what a schema describes: its texts, numbers, truths and times; those of objects in it with a dot. */
export function fieldsOfSchema(schema: z.ZodObject): FilterFields {
  return fieldsNamed(Object.fromEntries(entriesOf(schema, '')));
}

function entriesOf(schema: z.ZodObject, prefix: string): readonly (readonly [string, FilterField])[] {
  return Object.entries<z.core.$ZodType>(schema.shape).flatMap(([name, type]) => {
    const inner = withoutNull(type);
    if (inner instanceof z.ZodObject) return entriesOf(inner, `${prefix}${name}.`);
    const field = fieldOf(inner);
    return field === null ? [] : [[`${prefix}${name}`, field] as const];
  });
}

function withoutNull(type: z.core.$ZodType): z.core.$ZodType {
  const isWrapped = type instanceof z.ZodNullable || type instanceof z.ZodOptional;
  return isWrapped ? withoutNull(type.unwrap()) : type;
}

function fieldOf(type: z.core.$ZodType): FilterField | null {
  if (type instanceof z.ZodISODateTime) return { kind: 'time' };
  if (type instanceof z.ZodNumber) return { kind: 'number' };
  if (type instanceof z.ZodBoolean) return { kind: 'flag' };
  if (type instanceof z.ZodEnum) return { kind: 'text', words: type.options.map(String) };
  return type instanceof z.ZodString ? { kind: 'text' } : null;
}

/** What a message says that there is. */
export function summaryOf({ names, summary }: FilterFields): string {
  return summary ?? names.join(', ');
}

/** @throws InvalidFilterError for a name that no field has */
export function fieldNamed<Field extends FilterField>(fields: FilterFields<Field>, { text, column }: Written): Field {
  const field = fields.find(text);
  if (field !== null) return field;
  throw new InvalidFilterError({
    column,
    word: text,
    problem: `there is no field ${JSON.stringify(text.slice(0, 100))}`,
    allowed: summaryOf(fields),
    suggestion: nearestWord(text.slice(0, 100), fields.names),
  });
}
