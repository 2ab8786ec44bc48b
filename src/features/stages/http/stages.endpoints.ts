import { z } from 'zod';
import { listQuery } from '#kernel/list-query.ts';
import { pageOf } from '#kernel/answer.schema.ts';
import { endpoint } from '#platform/http/endpoint.ts';
import { queueSchema, stageDetailSchema, stageLogSchema, stageSchema } from './stages.schema.ts';

const params = z.strictObject({ key: z.string().min(1).max(100) });

export const listStages = endpoint({
  method: 'GET',
  path: '/stages',
  access: 'viewer',
  summary: 'The steps that trials share',
  query: z.strictObject({ ...listQuery, trial: z.string().max(100).optional() }),
  answer: pageOf(stageSchema),
});

export const showStage = endpoint({
  method: 'GET',
  path: '/stages/:key',
  access: 'viewer',
  summary: 'What a stage read, made and took',
  params,
  answer: stageDetailSchema,
  errors: [404, 409],
});

export const showStageLog = endpoint({
  method: 'GET',
  path: '/stages/:key/log',
  access: 'viewer',
  summary: 'What a stage said while it was executed, the latest time or the one of a number',
  params,
  query: z.strictObject({ execution: z.coerce.number().int().positive().max(1_000_000).optional() }),
  answer: stageLogSchema,
  errors: [404, 409],
});

export const showQueue = endpoint({
  method: 'GET',
  path: '/queue',
  access: 'viewer',
  summary: 'Stages by kind and status, what waits, in the order in which it will be claimed, and what runs',
  answer: queueSchema,
});
