import { z } from 'zod';
import { count, hash } from '#kernel/answer.schema.ts';

const profiledItemSchema = z.strictObject({
  id: z.string(),
  title: z.string().nullable(),
  categories: z.array(z.string()),
});

/** One profiled session of a trial. */
export const profiledSessionSchema = z.strictObject({
  /** Its number in the data set. */
  session: z.int(),
  /** Place in the order of profiling, from 0. */
  place: z.int(),
  /** Items, the held-out one included. */
  length: count,
  outcome: z.enum(['accepted', 'failed']),
  /** The attempt that was accepted. */
  acceptedAt: z.int().nullable(),
  attempts: count,
  calls: count,
  tokens: count,
  /** By which the order was made; `null` where it was not made by uncertainty. */
  uncertainty: z.number().nullable(),
  /** 10 = the most uncertain tenth of the eligible sessions. */
  decile: z.int().nullable(),
  /** Names of the accepted intents. */
  intents: z.array(z.string()),
  overlapsTarget: z.boolean(),
});

const profilingCallSchema = z.strictObject({
  call: hash,
  step: z.string(),
  variant: z.string(),
  outcome: z.string().nullable(),
  reused: z.boolean(),
  model: z.string(),
  messages: z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
  answer: z.string(),
  finish: z.string(),
  promptTokens: count,
  completionTokens: count,
});

/** The microscope: one session with every attempt. */
export const profiledSessionDetailSchema = profiledSessionSchema.extend({
  trial: z.string(),
  /** The context, oldest first; the held-out item is apart. */
  context: z.array(profiledItemSchema),
  heldOut: profiledItemSchema,
  /** Sessions before and after it in the order of profiling. */
  previous: z.int().nullable(),
  following: z.int().nullable(),
  tries: z.array(
    z.strictObject({
      /** From 1. */
      attempt: z.int(),
      outcome: z.string(),
      intents: z.array(
        z.strictObject({
          /** `null`: it is not of the pool. */
          id: z.int().nullable(),
          name: z.string(),
          description: z.string(),
          /** Places in `context`, from 0. */
          evidence: z.array(z.int()),
        }),
      ),
      candidates: z.array(
        z.strictObject({ letter: z.string(), id: z.string(), title: z.string().nullable(), isHeldOut: z.boolean() }),
      ),
      /** Letters, best first. */
      ranking: z.array(z.string()),
      /** Of the held-out item, from 1. */
      rank: z.int().nullable(),
      feedback: z.string().nullable(),
      calls: z.array(profilingCallSchema),
    }),
  ),
});

const share = z.strictObject({ attempt: z.int(), accepted: count, share: z.number(), chance: z.number() });

/** Acceptance up to each attempt beside what random rankings would have. */
export const acceptanceSchema = z.strictObject({
  trial: z.string(),
  sessions: count,
  withoutText: count,
  accepted: count,
  /** A session counts as accepted if the held-out item is among so many of so many candidates. */
  successRank: z.int(),
  candidates: z.int(),
  attempts: z.array(share),
  /** Of sessions asked about, by outcome of the last attempt. */
  outcomes: z.record(z.string(), count),
  byLength: z.array(z.strictObject({ length: count, sessions: count, accepted: count })),
  byDecile: z.array(z.strictObject({ decile: z.int(), sessions: count, accepted: count })),
});

/** A trial that has profiled sessions. */
export const profilingSchema = z.strictObject({
  trial: z.string(),
  experiment: z.string(),
  revision: z.int().positive(),
  arm: z.string(),
  dataset: z.string(),
  status: z.string(),
});

export type ProfilingAnswer = z.infer<typeof profilingSchema>;
export type ProfiledSessionAnswer = z.infer<typeof profiledSessionSchema>;
export type ProfiledSessionDetailAnswer = z.infer<typeof profiledSessionDetailSchema>;
export type AcceptanceAnswer = z.infer<typeof acceptanceSchema>;
