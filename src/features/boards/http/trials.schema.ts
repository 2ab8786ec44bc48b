import { z } from 'zod';
import { count, hash, instant, json, jsonObject } from '#kernel/answer.schema.ts';

export const trialStatusSchema = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);
export const splitSchema = z.enum(['train', 'valid', 'test']);

/** As `sprintlab trials list --json`, with what a table shows beside. */
export const trialSchema = z.strictObject({
  /** Sixteen hexadecimal digits. */
  id: z.string(),
  experiment: z.string(),
  revision: z.int().positive(),
  arm: z.string(),
  method: z.string(),
  dataset: z.string(),
  trainSeed: z.int().nullable(),
  profileSeed: z.int().nullable(),
  status: trialStatusSchema,
  /** What its evaluation measured on the test split. */
  metrics: z.record(z.string(), z.number()),
  /** Of its stages, as if it had run alone. */
  seconds: z.number(),
  createdAt: instant,
  /** When its latest stage ended. */
  endedAt: instant.nullable(),
});

const callCost = z.strictObject({
  calls: z.number(),
  paidCalls: z.number(),
  simulatedCalls: z.number(),
  promptTokens: z.number(),
  completionTokens: z.number(),
  usd: z.number(),
});

const stratum = z.strictObject({
  stratum: z.string(),
  targets: count,
  metrics: z.record(z.string(), z.number()),
});

const stageStatusSchema = z.enum(['blocked', 'ready', 'running', 'succeeded', 'failed', 'cancelled']);

const trialStepSchema = z.strictObject({
  key: hash,
  kind: z.string(),
  status: stageStatusSchema,
  seconds: z.number().nullable(),
  peakMemoryBytes: z.number().nullable(),
  error: z.string().nullable(),
  artifacts: z.array(z.strictObject({ name: z.string(), hash, bytes: count })),
  /** How many trials have this stage. */
  trials: count,
  /** Executions so far. */
  executions: count,
  endedAt: instant.nullable(),
  /** What it reads: of a stage (its key) or of the data set (the hash of the file). */
  inputs: z.array(
    z.strictObject({
      name: z.string(),
      from: z.enum(['stage', 'dataset']),
      key: z.string(),
      artifact: z.string().nullable(),
    }),
  ),
});

/** As `sprintlab trials show --json`, with origins and lineage. */
export const trialDetailSchema = z.strictObject({
  id: z.string(),
  experiment: z.string(),
  revision: z.int().positive(),
  submission: z.string().nullable(),
  arm: z.string(),
  dataset: z.string(),
  seeds: z.strictObject({ train: z.int().nullable(), profile: z.int().nullable() }),
  status: trialStatusSchema,
  protocol: jsonObject,
  settings: jsonObject,
  /** Every setting by dotted key, with who gave it its value. */
  origins: z.array(
    z.strictObject({
      key: z.string(),
      value: json,
      /** The schema's default, `settings` of the manifest, an axis (or link) of the grid, a named arm. */
      origin: z.enum(['default', 'settings', 'axis', 'arm']),
      /** The method of the trial reads it. */
      isRead: z.boolean(),
    }),
  ),
  stages: z.array(trialStepSchema),
  /** What stands at the end of its stages (step 0); curves are at `/trials/:id/metrics`. */
  metrics: z.array(
    z.strictObject({
      stage: z.string(),
      stageKey: hash,
      split: splitSchema,
      name: z.string(),
      step: z.int(),
      value: z.number(),
    }),
  ),
  llm: z.strictObject({ own: callCost, share: callCost }),
  warnings: z.array(z.strictObject({ stage: hash, kind: z.string(), message: z.string(), at: instant })),
  primary: z.string(),
  strata: z.strictObject({ byLength: z.array(stratum), byUncertainty: z.array(stratum).nullable() }).nullable(),
});

export const trialMetricsSchema = z.strictObject({
  trial: z.string(),
  series: z.array(
    z.strictObject({
      stage: z.string(),
      stageKey: hash,
      split: splitSchema,
      name: z.string(),
      /** `[step, value]`, ascending; step 0 is the end of the stage, others are epochs. */
      points: z.array(z.tuple([z.int(), z.number()])),
    }),
  ),
});

export const recommendRequestSchema = z.strictObject({
  /** Ids of the data set, oldest first. */
  items: z.array(z.string().min(1).max(500)).min(1).max(200),
  limit: z.int().min(1).max(100).optional(),
});

/** As `sprintlab recommend --json`. */
export const recommendationsSchema = z.strictObject({
  items: z.array(z.strictObject({ id: z.string(), title: z.string().nullable(), score: z.number(), rank: z.number() })),
  intents: z.array(z.strictObject({ id: z.int(), name: z.string(), probability: z.number(), evidence: z.string() })),
  milliseconds: z.number(),
});

export type TrialAnswer = z.infer<typeof trialSchema>;
export type TrialDetailAnswer = z.infer<typeof trialDetailSchema>;
export type TrialStep = z.infer<typeof trialStepSchema>;
export type TrialMetricsAnswer = z.infer<typeof trialMetricsSchema>;
export type RecommendationsAnswer = z.infer<typeof recommendationsSchema>;
