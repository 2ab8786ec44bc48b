import { z } from 'zod';
import { DomainError, formatPlace, placeOf, type Place } from '#kernel/domain-error.ts';
import { nearestWord } from '#kernel/nearest-word.ts';
import type { Endpoint } from './endpoint.ts';

/** What was asked is not of the form that the route takes. */
export class InvalidRequestError extends DomainError<'INVALID_REQUEST'> {
  constructor(places: readonly Place[]) {
    super('INVALID_REQUEST', `The request is not usable: ${places.map(formatPlace).join('; ')}.`, places);
  }
}

/** The parts of a request as they came. */
export interface RawRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

const nothing = z.strictObject({});

/** @throws InvalidRequestError naming every mistake */
export function parseAsked(declared: Endpoint, request: RawRequest) {
  const body = declared.body ?? z.unknown();
  const given = declared.isBodyOptional === true ? (request.body ?? {}) : request.body;
  const parts = [
    ['path', (declared.params ?? nothing).safeParse(request.params ?? {})],
    ['query', (declared.query ?? nothing).safeParse(request.query ?? {})],
    ['body', body.safeParse(given)],
  ] as const;
  const places = parts.flatMap(([part, { error }]) => (error?.issues ?? []).flatMap((issue) => toPlaces(part, issue)));
  places.push(...nulPlaces(request));
  if (places.length > 0) throw new InvalidRequestError(places);
  const [params, query, parsed] = parts.map(([, result]) => result.data);
  return { params, query, body: parsed };
}

function toPlaces(part: string, issue: z.core.$ZodIssue): readonly Place[] {
  const path = [part, ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => placeOf({ path: `${part}.${key}`, problem: 'there is no such parameter' }));
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    const suggestion = typeof issue.input === 'string' ? nearestWord(issue.input, allowed) : null;
    return [placeOf({ path, problem: 'is none of the values', allowed: allowed.join(', '), suggestion })];
  }
  return [placeOf({ path, problem: issue.message })];
}

/** No data base keeps a NUL in a text, and no name, filter or manifest has one. */
function nulPlaces({ params, query, body }: RawRequest): readonly Place[] {
  const parts = Object.entries({ path: params, query, body });
  return parts.flatMap(([path, part]) =>
    hasNul(part) ? [placeOf({ path, problem: 'has a NUL character, which no text here can have' })] : [],
  );
}

function hasNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => key.includes('\0') || hasNul(item));
}
