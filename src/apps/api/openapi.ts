import { z } from 'zod';
import { errorAnswerSchema } from '#kernel/answer.schema.ts';
import type { Endpoint } from '#platform/http/endpoint.ts';
import { itemSchema } from '#platform/http/projection.ts';

type Json = Readonly<Record<string, unknown>>;

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'The request is not usable; every mistake has its place',
  401: 'Log in first',
  403: 'The role does not allow it, or the request comes from another site',
  404: 'There is no such thing',
  409: 'Its state does not allow it',
  413: 'The body is too large',
  414: 'The address is too long',
  415: 'The body is not JSON',
  422: 'It was understood and cannot be; of a manifest every mistake with its place',
  428: 'It goes beyond a limit: send it again with `approve`',
  429: 'Too many requests; `Retry-After` says when to ask again',
  431: 'The address or the headers are too long',
  503: 'The data base or the disk does not answer',
};

/** What any route may answer. */
const COMMON = [400, 401, 403, 414, 429, 431, 503];

/** The OpenAPI 3.1 document of some routes. It follows from their declarations alone. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const declared of endpoints) {
    const path = `/api/v1${declared.path.replaceAll(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [declared.method.toLowerCase()]: operationOf(declared) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sprintlab',
      version,
      description: 'Declarative experiments for LLM-enhanced session-based recommendation.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { login: [] }, {}],
    tags: [...new Set(endpoints.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        login: { type: 'apiKey', in: 'cookie', name: 'sprintlab' },
      },
      schemas: { Error: schemaOf(errorAnswerSchema, 'output') },
      responses: Object.fromEntries(
        Object.entries(DESCRIPTIONS).map(([status, description]) => [
          `Error${status}`,
          { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
        ]),
      ),
    },
  };
}

function operationOf(declared: Endpoint): Json {
  const { summary, body, isBodyOptional = false } = declared;
  return {
    operationId: operationId(declared),
    summary,
    tags: [tagOf(declared)],
    parameters: parametersOf(declared),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !isBodyOptional,
            content: { 'application/json': { schema: schemaOf(body, 'input') } },
          },
        }),
    responses: responsesOf(declared),
  };
}

function responsesOf(declared: Endpoint): Json {
  const { status = 200, errors = [], body } = declared;
  const ofBody = body === undefined ? [] : [413, 415];
  const statuses = [...new Set([...COMMON, ...ofBody, ...errors])].sort((left, right) => left - right);
  return {
    [status]: { description: declared.summary, content: contentOf(declared) },
    ...Object.fromEntries(statuses.map((code) => [code, { $ref: `#/components/responses/Error${code}` }])),
  };
}

/** A list that was asked for some fields has items without the others. */
function contentOf({ answer, query, media = ['application/json'] }: Endpoint): Json {
  const item = query?.shape['fields'] === undefined ? null : itemSchema(answer);
  const schema =
    item === null ? answer : z.strictObject({ items: z.array(item.partial()), next: z.string().nullable() });
  return Object.fromEntries(
    media.map((type) => [type, type === 'application/json' ? { schema: schemaOf(schema, 'output') } : {}]),
  );
}

function parametersOf({ params, query, headers = {} }: Endpoint): readonly Json[] {
  const inPath = entriesOf(params).map(([name, schema]) => ({ name, in: 'path', required: true, schema }));
  const required = query === undefined ? [] : requiredOf(query);
  const inQuery = entriesOf(query).map(([name, schema]) => {
    return { name, in: 'query', required: required.includes(name), schema };
  });
  const inHeader = Object.entries(headers).map(([name, description]) => {
    return { name, in: 'header', required: false, description, schema: { type: 'string' } };
  });
  return [...inPath, ...inQuery, ...inHeader];
}

function entriesOf(schema: z.ZodObject | undefined): readonly (readonly [string, unknown])[] {
  if (schema === undefined) return [];
  const { properties } = schemaOf(schema, 'output');
  return Object.entries(properties as Json);
}

function requiredOf(query: z.ZodObject): readonly string[] {
  const { required } = schemaOf(query, 'input');
  return Array.isArray(required) ? required.map(String) : [];
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const document = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    unrepresentable: 'any',
    io,
    override: ({ jsonSchema }) => asList(jsonSchema),
  });
  // The whole document says which dialect it is of.
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== '$schema'));
}

/** A pair as a list of two: few tools that read this document know `prefixItems`. */
function asList(schema: z.core.JSONSchema.BaseSchema): void {
  const { prefixItems } = schema;
  if (prefixItems === undefined) return;
  delete schema.prefixItems;
  const distinct = [...new Map(prefixItems.map((item) => [JSON.stringify(item), item])).values()];
  const [only, ...others] = distinct;
  const choice = distinct.filter((item) => typeof item !== 'boolean');
  schema.items = only !== undefined && others.length === 0 ? only : { anyOf: choice };
  schema.minItems = prefixItems.length;
  schema.maxItems = prefixItems.length;
}

/** `GET /trials/:id/metrics` is `getTrialsByIdMetrics`. */
function operationId({ method, path }: Endpoint): string {
  const words = path.split('/').filter((part) => part !== '');
  const spelled = words.map((part) => (part.startsWith(':') ? `By-${part.slice(1)}` : part));
  return [method.toLowerCase(), ...spelled].join('-').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function tagOf({ path }: Endpoint): string {
  return path.split('/')[1] ?? '';
}
