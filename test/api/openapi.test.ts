import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { API_CONTROLLERS } from '#apps/api/controllers.ts';
import { openApiText } from '#apps/api/openapi-text.ts';
import { endpointsOf } from '#platform/http/serve.ts';

describe('the description of the API', () => {
  it('is the one that follows from the routes: `npm run gen:openapi` writes it', () => {
    const file = new URL('../../docs/reference/openapi.json', import.meta.url);
    expect(readFileSync(file, 'utf8') === openApiText()).toBe(true);
  });

  it('tells every route once', () => {
    const endpoints = endpointsOf(API_CONTROLLERS);
    const routes = endpoints.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(routes).size).toBe(routes.length);
    const { paths } = JSON.parse(openApiText()) as { readonly paths: Readonly<Record<string, object>> };
    expect(Object.values(paths).flatMap(Object.keys)).toHaveLength(routes.length);
  });

  it('lets nobody write who only reads', () => {
    const writes = endpointsOf(API_CONTROLLERS).filter(({ method, access }) => method !== 'GET' && access === 'viewer');
    // These answer a question that does not fit into an address.
    expect(writes.map(({ path }) => path)).toEqual(['/plan', '/trials/:id/recommend']);
  });
});
