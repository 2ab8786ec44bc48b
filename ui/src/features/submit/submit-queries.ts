import type { ExperimentAnswer, ExperimentDetailAnswer } from '#features/boards/http/experiments.schema.ts';
import type { PlanAnswer, TemplateAnswer } from '#features/submissions/http/submissions.schema.ts';
import { queryOptions } from '@tanstack/react-query';
import { send, type Listing } from '../../lib/api.ts';
import { listing, reading } from '../../lib/queries.ts';
import type { JsonSchema } from './json-schema.ts';

export const schemaQuery = { ...reading<JsonSchema>('/manifest-schema'), staleTime: Infinity };
export const templatesQuery = { ...reading<Listing<TemplateAnswer>>('/templates'), staleTime: Infinity };

export function experimentSourceQuery(name: string) {
  return reading<ExperimentDetailAnswer>(`/experiments/${encodeURIComponent(name)}`);
}

/** A list of the experiment of that name, or of none: that there is none yet is no failure. */
export function experimentNamedQuery(name: string) {
  return listing<Pick<ExperimentAnswer, 'name'>>('/experiments', { filter: `name = "${name}"`, fields: 'name' });
}

export function planQuery(manifest: string, file: string) {
  return queryOptions({
    queryKey: ['/plan', manifest, file],
    queryFn: () => send<PlanAnswer>('POST', '/plan', { manifest, file }),
    enabled: manifest.trim() !== '',
    staleTime: 10_000,
  });
}
