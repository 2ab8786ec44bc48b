import { z } from 'zod';
import { listQuery } from '#kernel/list-query.ts';
import { pageOf } from '#kernel/answer.schema.ts';
import { endpoint } from '#platform/http/endpoint.ts';
import { workerSchema } from './workers.schema.ts';

export const listWorkers = endpoint({
  method: 'GET',
  path: '/workers',
  access: 'viewer',
  summary: 'The processes that run stages, and what each runs',
  query: z.strictObject(listQuery),
  answer: pageOf(workerSchema),
});
