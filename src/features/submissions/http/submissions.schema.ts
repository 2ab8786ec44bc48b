import { z } from 'zod';
import { count, instant, placeSchema } from '#kernel/answer.schema.ts';

const pauseReasonSchema = z.strictObject({
  code: z.enum(['ASKED', 'FAILURES', 'HOURS', 'CANARY']),
  message: z.string(),
});

const submissionStateSchema = z.enum(['active', 'paused', 'cancelled', 'finished']);

const trialCountsSchema = z.strictObject({
  queued: count,
  running: count,
  succeeded: count,
  failed: count,
  cancelled: count,
});

const stageCountsSchema = z.strictObject({
  blocked: count,
  ready: count,
  running: count,
  succeeded: count,
  failed: count,
  cancelled: count,
});

/** As `sprintlab status --json`. */
export const submissionSchema = z.strictObject({
  id: z.string(),
  experiment: z.string(),
  revision: z.int().positive(),
  /** What follows from its trials alone. */
  status: z.enum(['running', 'waiting', 'succeeded', 'failed']),
  /** What somebody, or a limit, has decided. */
  state: submissionStateSchema,
  reason: pauseReasonSchema.nullable(),
  trials: trialCountsSchema,
  stages: stageCountsSchema,
  createdAt: instant,
  endedAt: instant.nullable(),
});

const cost = { stages: count, calls: z.number(), usd: z.number(), seconds: z.number() };
const basis = z.enum(['measured', 'guessed']);

/** As `sprintlab plan --json`. */
export const planSchema = z.strictObject({
  experiment: z.string(),
  trials: count,
  arms: count,
  stages: z.strictObject({ total: count, distinct: count, cached: count, toRun: count }),
  llm: z.strictObject({
    calls: z.number(),
    promptTokens: z.number(),
    completionTokens: z.number(),
    usd: z.number(),
    basis,
  }),
  seconds: z.strictObject({ expected: z.number(), basis, measuredStages: count }),
  byAxis: z.array(z.strictObject({ axis: z.string(), values: count, arms: count, ...cost })),
  byRatio: z.array(z.strictObject({ ratio: z.number(), trials: count, ...cost })),
  cheapestOrder: z.array(z.strictObject({ arm: z.string(), ...cost })),
  warnings: z.array(placeSchema),
});

/** A manifest as text. `file` is how places name it; its bases are those of the templates (`extends: base/….yaml`). */
export const planRequestSchema = z.strictObject({
  manifest: z.string().max(1_000_000),
  file: z.string().min(1).max(200).optional(),
});

export const submitRequestSchema = planRequestSchema.extend({
  /** Go above the `limits` of the manifest. */
  approve: z.boolean().optional(),
  /** Larger goes first. */
  priority: z.int().min(0).max(1_000_000).optional(),
});

/** As `sprintlab submit --json`. */
export const submittedSchema = z.strictObject({
  submission: z.string(),
  experiment: z.string(),
  revision: z.int().positive(),
  state: z.enum(['new', 'continued', 'finished']),
  plan: planSchema.omit({ warnings: true }),
});

export const wishRequestSchema = z.strictObject({
  /** `resume` only: go on beyond a limit. */
  approve: z.boolean().optional(),
});

/** As `sprintlab pause|resume|cancel|retry --json`, of a submission or of a trial. */
export const wishedSchema = z.strictObject({
  submission: z.string(),
  experiment: z.string(),
  revision: z.int().positive(),
  trial: z.string().nullable(),
  state: submissionStateSchema,
  replaces: z.string().nullable(),
});

export const templateSchema = z.strictObject({
  name: z.string(),
  /** What `file` of a plan is to say, for instance `experiments/demo.yaml`. */
  file: z.string(),
  question: z.string(),
  source: z.string(),
});

export type PlanAnswer = z.infer<typeof planSchema>;
export type SubmittedAnswer = z.infer<typeof submittedSchema>;
export type WishedAnswer = z.infer<typeof wishedSchema>;
export type TemplateAnswer = z.infer<typeof templateSchema>;
