import { z } from 'zod';
import { count, hash, instant, jsonObject } from '#kernel/answer.schema.ts';

const use = {
  call: hash,
  stage: hash,
  purpose: z.enum(['profiling', 'probe', 'ranking']),
  step: z.enum(['EXPLORE', 'CONSOLIDATE', 'IDENTIFY', 'CORRECT', 'PREDICT']),
  session: z.int().nullable(),
  attempt: z.int(),
  variant: z.string(),
  /** `used`, `right`, `wrong`, `no-gain`, or what is wrong with an answer that could not be used. */
  outcome: z.string().nullable(),
  reused: z.boolean(),
};

/** As `sprintlab calls list --json`: a use of an answer. */
export const callUseSchema = z.strictObject({
  id: z.string(),
  ...use,
  model: z.string(),
  finish: z.enum(['stop', 'length', 'refusal']),
  promptTokens: count,
  completionTokens: count,
  usd: z.number(),
  latencyMs: z.number(),
  answeredAt: instant,
});

/** As `sprintlab calls show --json`. */
export const callSchema = z.strictObject({
  hash,
  scope: z.string(),
  model: z.string(),
  parameters: jsonObject,
  messages: z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
  temperature: z.number(),
  maxTokens: z.int(),
  sample: z.int(),
  answer: z.string(),
  finish: z.enum(['stop', 'length', 'refusal']),
  promptTokens: count,
  completionTokens: count,
  usd: z.number(),
  latencyMs: z.number(),
  answeredAt: instant,
  paidBy: hash,
  uses: z.array(z.strictObject(use)),
});

const sums = { calls: count, promptTokens: count, completionTokens: count, usd: z.number() };

/** What was paid; an answer that is used again is not. */
export const spendSchema = z.strictObject({
  /** UTC days, oldest first: `2026-03-01`. */
  days: z.array(z.strictObject({ day: z.string(), model: z.string(), ...sums })),
  models: z.array(z.strictObject({ model: z.string(), meanLatencyMs: z.number(), ...sums })),
  /** By the first experiment, by name, that has the stage which paid. */
  experiments: z.array(z.strictObject({ experiment: z.string().nullable(), model: z.string(), ...sums })),
});

export type CallUseAnswer = z.infer<typeof callUseSchema>;
export type CallAnswer = z.infer<typeof callSchema>;
export type SpendAnswer = z.infer<typeof spendSchema>;
