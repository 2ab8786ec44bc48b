import { z } from 'zod';
import { count, hash } from '#kernel/answer.schema.ts';

/** As `sprintlab pools list --json`. */
const poolSizeSchema = z.strictObject({
  stage: hash,
  kind: z.string(),
  version: count,
  /** Active intents. */
  size: count,
  retired: count,
  artifact: hash,
});

/** The last pool of a trial. */
export const poolSchema = z.strictObject({
  trial: z.string(),
  experiment: z.string(),
  revision: z.int().positive(),
  arm: z.string(),
  dataset: z.string(),
  /** Whether its data set was generated. */
  synthetic: z.boolean(),
  /** Whether rules answered in place of a language model. */
  simulated: z.boolean(),
  ...poolSizeSchema.shape,
});

const intentSchema = z.strictObject({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  origin: z.union([z.literal('init'), z.int()]),
  status: z.enum(['active', 'retired']),
  mergedInto: z.int().nullable(),
  /** Profiled sessions whose accepted label has it. */
  support: count,
});

/** As `sprintlab pools show --json`, with what looks alike. */
export const poolDetailSchema = z.strictObject({
  trial: z.string(),
  ...poolSizeSchema.shape,
  intents: z.array(intentSchema),
  growth: z.array(poolSizeSchema),
  /** Pairs of active intents whose texts are alike (cosine of their n-grams ≥ 0.6), the most alike first, at most 50. */
  nearDuplicates: z.array(z.strictObject({ left: z.int(), right: z.int(), cosine: z.number() })),
});

/** Sessions and intents in a plane, as the stage `projection` drew them. */
export const projectionSchema = z.strictObject({
  alignment: z
    .strictObject({
      sessions: count,
      cka: z.number(),
      neighbourOverlap: z.number(),
      overlapByChance: z.number(),
    })
    .nullable(),
  points: z.array(
    z.strictObject({
      kind: z.enum(['session', 'intent']),
      label: z.string(),
      intent: z.int(),
      probability: z.number().nullable(),
      x: z.number(),
      y: z.number(),
    }),
  ),
});

/** The active intents of two pools: in one, in the other, and in both (equal words, or a cosine of 0.9 and more). */
export const poolDifferenceSchema = z.strictObject({
  trial: z.string(),
  with: z.string(),
  only: z.array(intentSchema),
  onlyOther: z.array(intentSchema),
  both: z.array(z.strictObject({ left: intentSchema, right: intentSchema, cosine: z.number() })),
});

export type PoolAnswer = z.infer<typeof poolSchema>;
export type PoolDetailAnswer = z.infer<typeof poolDetailSchema>;
export type IntentAnswer = z.infer<typeof intentSchema>;
export type ProjectionAnswer = z.infer<typeof projectionSchema>;
export type PoolDifferenceAnswer = z.infer<typeof poolDifferenceSchema>;
