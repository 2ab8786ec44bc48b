import { z } from 'zod';
import { listQuery } from '#kernel/list-query.ts';
import { pageOf } from '#kernel/answer.schema.ts';
import { endpoint } from '#platform/http/endpoint.ts';
import { catalogueItemSchema, datasetDetailSchema, datasetSchema, sampleSessionSchema } from './datasets.schema.ts';

const params = z.strictObject({ name: z.string().min(1).max(200) });

export const listDatasets = endpoint({
  method: 'GET',
  path: '/datasets',
  access: 'viewer',
  summary: 'The data sets',
  query: z.strictObject(listQuery),
  answer: pageOf(datasetSchema),
});

export const showDataset = endpoint({
  method: 'GET',
  path: '/datasets/:name',
  access: 'viewer',
  summary: 'What a data set holds, and what the protocol of a manifest that names none keeps of it',
  params,
  answer: datasetDetailSchema,
  errors: [404],
});

export const listSamples = endpoint({
  method: 'GET',
  path: '/datasets/:name/sessions',
  access: 'viewer',
  summary: 'Some training sessions with their items',
  params,
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(10) }),
  answer: pageOf(sampleSessionSchema),
  errors: [404, 422],
});

export const listItems = endpoint({
  method: 'GET',
  path: '/datasets/:name/items',
  access: 'viewer',
  summary: 'Items by a part of their title or id, or by their ids',
  params,
  query: z.strictObject({
    search: z.string().max(200).optional(),
    ids: z.string().max(20_000).optional().meta({ description: 'whole ids, with commas between them' }),
    limit: z.coerce.number().int().min(1).max(200).default(20),
  }),
  answer: pageOf(catalogueItemSchema),
  errors: [404],
});
