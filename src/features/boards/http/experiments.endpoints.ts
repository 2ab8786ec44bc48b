import { z } from 'zod';
import { listQuery } from '#kernel/list-query.ts';
import { pageOf } from '#kernel/answer.schema.ts';
import { endpoint } from '#platform/http/endpoint.ts';
import {
  boardSchema,
  comparisonSchema,
  curvesSchema,
  deletedSchema,
  experimentDetailSchema,
  experimentSchema,
  flipsSchema,
  stageGraphSchema,
} from './experiments.schema.ts';

const params = z.strictObject({ name: z.string().min(1).max(300) });
const revision = { revision: z.coerce.number().int().positive().max(1_000_000).optional() };
const arm = z.string().min(1).max(2_000);

/** A parameter that is repeated, or stands once. */
const arms = z
  .union([arm.transform((one) => [one]), z.array(arm).min(1).max(8)])
  .meta({ description: '1 to 8 arms: `arm=a&arm=b`' });

export const listExperiments = endpoint({
  method: 'GET',
  path: '/experiments',
  access: 'viewer',
  summary: 'Experiments with their question, progress, best arm against the baseline, and spend',
  query: z.strictObject(listQuery),
  answer: pageOf(experimentSchema),
});

export const showExperiment = endpoint({
  method: 'GET',
  path: '/experiments/:name',
  access: 'viewer',
  summary: 'An experiment with its revisions and a manifest',
  params,
  query: z.strictObject(revision),
  answer: experimentDetailSchema,
  errors: [404],
});

export const removeExperiment = endpoint({
  method: 'DELETE',
  path: '/experiments/:name',
  access: 'admin',
  summary: 'Forgets an experiment with its revisions and trials; artifacts stay',
  params,
  answer: deletedSchema,
  errors: [404, 409],
});

export const compareArms = endpoint({
  method: 'GET',
  path: '/experiments/:name/comparison',
  access: 'viewer',
  summary: 'The arms side by side, as `sprintlab compare --json`; without a revision, of the latest with results',
  params,
  query: z.strictObject(revision),
  answer: comparisonSchema,
  errors: [404],
});

export const showBoard = endpoint({
  method: 'GET',
  path: '/experiments/:name/board',
  access: 'viewer',
  summary: 'What the page of an experiment shows first, in one answer',
  params,
  query: z.strictObject({ ...revision, metric: z.string().max(200).optional() }),
  answer: boardSchema,
  errors: [404],
});

export const showStageGraph = endpoint({
  method: 'GET',
  path: '/experiments/:name/stage-graph',
  access: 'viewer',
  summary: 'The stages of an experiment and what they read, those for the same arms together',
  params,
  query: z.strictObject({ ...revision, arm: arm.optional() }),
  answer: stageGraphSchema,
  errors: [404],
});

export const showCurves = endpoint({
  method: 'GET',
  path: '/experiments/:name/curves',
  access: 'viewer',
  summary: 'A metric over the epochs, a series a trial, of some arms',
  params,
  query: z.strictObject({
    ...revision,
    arm: arms,
    metric: z.string().max(200).optional(),
    split: z.enum(['train', 'valid', 'test']).default('valid'),
  }),
  answer: curvesSchema,
  errors: [404],
});

export const showFlips = endpoint({
  method: 'GET',
  path: '/experiments/:name/flips',
  access: 'viewer',
  summary: 'The test sessions that one arm gains or loses against another',
  params,
  query: z.strictObject({
    ...revision,
    arm,
    against: arm,
    dataset: z.string().max(200).optional(),
    cutoff: z.coerce.number().int().min(1).max(1_000).optional(),
    flip: z.enum(['gained', 'lost']).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(50),
    after: listQuery.after,
  }),
  answer: flipsSchema,
  errors: [404, 422],
});
