import { z } from 'zod';
import { listQuery } from '#kernel/list-query.ts';
import { pageOf } from '#kernel/answer.schema.ts';
import { endpoint } from '#platform/http/endpoint.ts';
import { artifactPreviewSchema, artifactSchema } from './artifacts.schema.ts';

const params = z.strictObject({ hash: z.string().min(1).max(100) });

export const listArtifacts = endpoint({
  method: 'GET',
  path: '/artifacts',
  access: 'viewer',
  summary: 'The files that data sets and stages made',
  query: z.strictObject({
    ...listQuery,
    trial: z.string().max(100).optional(),
    stage: z.string().max(100).optional(),
  }),
  answer: pageOf(artifactSchema),
});

export const readArtifact = endpoint({
  method: 'GET',
  path: '/artifacts/:hash',
  access: 'viewer',
  summary: 'The bytes of an artifact, verified',
  params,
  answer: z.unknown(),
  media: ['application/octet-stream', 'image/svg+xml', 'image/png'],
  errors: [404, 409, 422],
});

export const previewArtifact = endpoint({
  method: 'GET',
  path: '/artifacts/:hash/preview',
  access: 'viewer',
  summary: 'What can be shown of an artifact: its beginning as JSON, a table, text or tensors',
  params,
  answer: artifactPreviewSchema,
  errors: [404, 409, 422],
});
