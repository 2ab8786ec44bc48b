import { z } from 'zod';
import { DomainError, placeOf } from '#kernel/domain-error.ts';
import { nearestWord } from '#kernel/nearest-word.ts';
import type { Endpoint } from './endpoint.ts';

class InvalidFieldsError extends DomainError<'INVALID_FIELDS'> {
  constructor(name: string, names: readonly string[]) {
    const problem = `there is no field ${JSON.stringify(name)}`;
    const allowed = names.join(', ');
    const suggestion = nearestWord(name, names);
    super('INVALID_FIELDS', `Fields: ${problem}. There are: ${allowed}.`, [
      placeOf({ path: 'query.fields', problem, allowed, suggestion }),
    ]);
  }
}

/** The items of a list with no more than the fields that were asked for. @throws InvalidFieldsError */
export function projected({ answer: schema }: Endpoint, query: unknown, answer: unknown): unknown {
  const names = fieldsAsked(query);
  const item = itemSchema(schema);
  if (names === null || item === null || !isList(answer)) return answer;
  const known = Object.keys(item.shape);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new InvalidFieldsError(unknown.slice(0, 100), known);
  const items = answer.items.map((one) =>
    Object.fromEntries(names.flatMap((name) => (name in one ? [[name, one[name]]] : []))),
  );
  return { ...answer, items };
}

/** What the items of a list look like; `null` for what is no list. */
export function itemSchema(schema: z.ZodType): z.ZodObject | null {
  if (!(schema instanceof z.ZodObject)) return null;
  const { items } = schema.shape as Readonly<Record<string, z.core.$ZodType | undefined>>;
  const element = items instanceof z.ZodArray ? items.element : null;
  return element instanceof z.ZodObject ? element : null;
}

function fieldsAsked(query: unknown): readonly string[] | null {
  if (typeof query !== 'object' || query === null || !('fields' in query)) return null;
  if (typeof query.fields !== 'string') return null;
  return query.fields.split(',').map((name) => name.trim());
}

interface List {
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

function isList(answer: unknown): answer is List {
  return typeof answer === 'object' && answer !== null && 'items' in answer && Array.isArray(answer.items);
}
