import { z } from 'zod';
import { listQuery } from '#kernel/list-query.ts';
import { pageOf } from '#kernel/answer.schema.ts';
import { endpoint } from '#platform/http/endpoint.ts';
import { callSchema, callUseSchema, spendSchema } from './calls.schema.ts';

export const listCalls = endpoint({
  method: 'GET',
  path: '/calls',
  access: 'viewer',
  summary: 'The uses of LLM calls, without their texts',
  query: z.strictObject({
    ...listQuery,
    experiment: z.string().max(300).optional(),
    trial: z.string().max(100).optional(),
    stage: z.string().max(100).optional(),
  }),
  answer: pageOf(callUseSchema),
});

export const showSpend = endpoint({
  method: 'GET',
  path: '/calls/spend',
  access: 'viewer',
  summary: 'What LLM calls were paid, by day, model and experiment',
  answer: spendSchema,
});

export const showCall = endpoint({
  method: 'GET',
  path: '/calls/:hash',
  access: 'viewer',
  summary: 'An LLM call: prompt, answer, and who uses it',
  params: z.strictObject({ hash: z.string().min(1).max(100) }),
  answer: callSchema,
  errors: [404, 409],
});
