import { z } from 'zod';
import { listQuery } from '#kernel/list-query.ts';
import { pageOf } from '#kernel/answer.schema.ts';
import { endpoint } from '#platform/http/endpoint.ts';
import {
  recommendationsSchema,
  recommendRequestSchema,
  splitSchema,
  trialDetailSchema,
  trialMetricsSchema,
  trialSchema,
} from './trials.schema.ts';

const params = z.strictObject({ id: z.string().min(1).max(100) });
const word = z.string().max(200).optional();

export const listTrials = endpoint({
  method: 'GET',
  path: '/trials',
  access: 'viewer',
  summary: 'Trials, filtered over their fields, `settings.*` and `metrics.*`',
  query: z.strictObject({
    ...listQuery,
    experiment: z.string().max(300).optional().meta({ description: 'NAME or NAME@REVISION' }),
  }),
  answer: pageOf(trialSchema),
});

export const showTrial = endpoint({
  method: 'GET',
  path: '/trials/:id',
  access: 'viewer',
  summary: 'A trial: settings with their origins, stages with what they read and made, cost, results',
  params,
  answer: trialDetailSchema,
  errors: [404, 409],
});

export const showTrialMetrics = endpoint({
  method: 'GET',
  path: '/trials/:id/metrics',
  access: 'viewer',
  summary: 'What the stages of a trial measured, as series',
  params,
  query: z.strictObject({ metric: word, split: splitSchema.optional(), stage: word }),
  answer: trialMetricsSchema,
  errors: [404, 409],
});

export const recommend = endpoint({
  method: 'POST',
  path: '/trials/:id/recommend',
  access: 'viewer',
  summary: 'What the model of a finished trial recommends after some items, and the intents behind it',
  params,
  body: recommendRequestSchema,
  answer: recommendationsSchema,
  errors: [404, 409, 422],
});
