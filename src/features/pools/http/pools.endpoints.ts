import { z } from 'zod';
import { listQuery } from '#kernel/list-query.ts';
import { pageOf } from '#kernel/answer.schema.ts';
import { endpoint } from '#platform/http/endpoint.ts';
import { poolDetailSchema, poolDifferenceSchema, poolSchema, projectionSchema } from './pools.schema.ts';

const params = z.strictObject({ trial: z.string().min(1).max(100) });

export const listPools = endpoint({
  method: 'GET',
  path: '/pools',
  access: 'viewer',
  summary: 'The last intent pool of each trial that has one',
  query: z.strictObject({ ...listQuery, experiment: z.string().max(300).optional() }),
  answer: pageOf(poolSchema),
  errors: [404],
});

export const showPool = endpoint({
  method: 'GET',
  path: '/pools/:trial',
  access: 'viewer',
  summary: 'The intents of a trial, how the pool grew, and which look alike',
  params,
  answer: poolDetailSchema,
  errors: [404, 409],
});

export const showProjection = endpoint({
  method: 'GET',
  path: '/pools/:trial/projection',
  access: 'viewer',
  summary: 'Sessions and intents of a trial in a plane',
  params,
  answer: projectionSchema,
  errors: [404, 409],
});

export const showPoolDifference = endpoint({
  method: 'GET',
  path: '/pools/:trial/difference',
  access: 'viewer',
  summary: 'The intents that two trials have in common, and those that only one has',
  params,
  query: z.strictObject({ with: z.string().min(1).max(100) }),
  answer: poolDifferenceSchema,
  errors: [404, 409],
});
