import { z } from 'zod';
import { count, instant, json, jsonObject } from '#kernel/answer.schema.ts';

const trialCounts = z.strictObject({
  trials: count,
  queued: count,
  running: count,
  succeeded: count,
  failed: count,
  cancelled: count,
});

/** A metric of one arm on one data set over its seeds. */
const spreadSchema = z.strictObject({
  arm: z.string(),
  dataset: z.string(),
  mean: z.number(),
  sd: z.number().nullable(),
  /** One a trial that has it, in the order of the plan. */
  values: z.array(z.number()),
});

/** One line of the list of experiments; what it says is of the latest revision. */
export const experimentSchema = z.strictObject({
  name: z.string(),
  question: z.string(),
  revision: z.int().positive(),
  revisions: count,
  datasets: z.array(z.string()),
  /** Some of its data were made by a generator. */
  synthetic: z.boolean(),
  /** Some LLM answers come from rules, not from a language model. */
  simulated: z.boolean(),
  /** Of the submission of the latest revision. */
  state: z.enum(['active', 'paused', 'cancelled', 'finished']).nullable(),
  progress: trialCounts,
  /** The metric that decides. */
  primary: z.string(),
  /** The arm with the largest mean on any data set; `null` before the first result. */
  best: spreadSchema.nullable(),
  /** The arm of `report.baseline` on the data set of `best`; `null` where there is none, or no result of it. */
  baseline: spreadSchema.nullable(),
  /** Of the stages of the revision: uses of LLM answers, those paid, US dollars. */
  spend: z.strictObject({ calls: count, paidCalls: count, usd: z.number() }),
  createdAt: instant,
  /** When its latest stage ended, or else its latest revision was made. */
  updatedAt: instant,
});

/** As `sprintlab experiments show --json`, with the latest manifest. */
export const experimentDetailSchema = z.strictObject({
  name: z.string(),
  createdAt: instant,
  revisions: z.array(
    z.strictObject({
      revision: z.int().positive(),
      id: z.string(),
      question: z.string(),
      trials: count,
      succeeded: count,
      createdAt: instant,
    }),
  ),
  /** Of the latest revision, or of `?revision=`: the manifest as written, its bases merged into it. */
  revision: z.int().positive(),
  source: z.string(),
  manifest: jsonObject,
});

export const deletedSchema = z.strictObject({ deleted: z.literal(true), name: z.string() });

const summary = z.strictObject({
  mean: z.number(),
  sd: z.number().nullable(),
  interval: z.null(),
  values: z.array(z.number()),
});

/** As `sprintlab compare --json`. */
export const comparisonSchema = z.strictObject({
  experiment: z.string(),
  revision: z.int().positive(),
  question: z.string(),
  primary: z.string(),
  baseline: z.string().nullable(),
  protocols: z.record(z.string(), jsonObject),
  synthetic: z.array(z.string()),
  arms: z.array(
    z.strictObject({
      name: z.string(),
      settings: jsonObject,
      axes: jsonObject.nullable(),
      dataset: z.string(),
      trials: count,
      planned: count,
      metrics: z.record(z.string(), summary),
      bestEpoch: summary.nullable(),
      enrichmentActiveEpochs: summary.nullable(),
      llm: z
        .strictObject({
          calls: z.number(),
          shareOfCalls: z.number(),
          tokens: z.number(),
          usd: z.number(),
          isSimulated: z.boolean(),
        })
        .nullable(),
    }),
  ),
  warnings: z.array(z.string()),
  tests: z.array(z.never()),
  verdicts: z.array(z.never()),
});

/** One arm on one data set. `trials`, `seeds` and `values` have one entry a trial, in the order of the plan. */
export const boardArmSchema = z.strictObject({
  name: z.string(),
  dataset: z.string(),
  method: z.string(),
  /** An arm of the grid; else a named one. */
  isGrid: z.boolean(),
  /** Of the settings that differ between arms (`differing`), those that this arm's method reads; by dotted key. */
  settings: jsonObject,
  /** Ids. */
  trials: z.array(z.string()),
  /** `[train seed, profile seed]`; `null` for a seed that the method does not read. */
  seeds: z.array(z.tuple([z.int().nullable(), z.int().nullable()])),
  /** `null` where a trial has no result (yet). Rounded to 6 significant digits. */
  values: z.array(z.number().nullable()),
  mean: z.number().nullable(),
  /** Sample standard deviation (n - 1); `null` for fewer than two values. */
  sd: z.number().nullable(),
  /** Trials by status; a status without trials is left out. */
  counts: z.partialRecord(z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']), count),
  /** Means over the trials: what a trial used as if it ran alone, and its share of what trials share. */
  seconds: z.number(),
  shareOfSeconds: z.number(),
  calls: z.number(),
  shareOfCalls: z.number(),
  usd: z.number(),
});

export const boardStageSchema = z.strictObject({
  kind: z.string(),
  /** Distinct stages, and steps of all trials: their difference is what sharing saved. */
  distinct: count,
  steps: count,
  /** Distinct stages that two trials or more have. */
  shared: count,
  blocked: count,
  ready: count,
  running: count,
  succeeded: count,
  failed: count,
  cancelled: count,
  /** Of all executions that ended. */
  seconds: z.number(),
});

/** Everything that the page of an experiment needs at first. */
export const boardSchema = z.strictObject({
  experiment: z.string(),
  question: z.string(),
  revision: z.int().positive(),
  /** Numbers of all revisions, oldest first. */
  revisions: z.array(z.int().positive()),
  createdAt: instant,
  submission: z
    .strictObject({
      id: z.string(),
      state: z.enum(['active', 'paused', 'cancelled', 'finished']),
      reason: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
      createdAt: instant,
      endedAt: instant.nullable(),
    })
    .nullable(),
  progress: trialCounts,
  /** The metric that decides, that which `values` are of (`?metric=`), and all there are. */
  primary: z.string(),
  metric: z.string(),
  metrics: z.array(z.string()),
  /** Name of the arm that others are compared with. */
  baseline: z.string().nullable(),
  /** Data sets made by a generator, and whether an LLM was simulated. */
  synthetic: z.array(z.string()),
  simulated: z.boolean(),
  /** The axes with their values, in the order of the manifest. */
  axes: z.array(z.strictObject({ key: z.string(), values: z.array(json) })),
  /** Dotted keys of the settings in which arms differ. */
  differing: z.array(z.string()),
  arms: z.array(boardArmSchema),
  stages: z.array(boardStageSchema),
  warnings: z.array(z.string()),
});

const stageNodeSchema = z.strictObject({
  id: z.string(),
  kind: z.string(),
  /** Whom it is for: an arm, `12 arms`, `all arms`. */
  label: z.string(),
  arms: count,
  trials: count,
  /** Distinct stages of this node, by status. */
  stages: count,
  counts: z.partialRecord(z.enum(['blocked', 'ready', 'running', 'succeeded', 'failed', 'cancelled']), count),
  seconds: z.number(),
  /** Keys of its stages, the first 20. */
  keys: z.array(z.string()),
});

/** `by`: nodes are stages of one kind for the same arms, or, where those would be too many to draw, of one kind. */
export const stageGraphSchema = z.strictObject({
  experiment: z.string(),
  revision: z.int().positive(),
  by: z.enum(['arms', 'kind']),
  nodes: z.array(stageNodeSchema),
  links: z.array(z.strictObject({ from: z.string(), to: z.string(), stages: count })),
});

/** Curves of some arms, one series a trial. */
export const curvesSchema = z.strictObject({
  experiment: z.string(),
  revision: z.int().positive(),
  metric: z.string(),
  split: z.enum(['train', 'valid', 'test']),
  /** Every metric and split of these arms that has more than one step. */
  available: z.array(z.strictObject({ name: z.string(), split: z.enum(['train', 'valid', 'test']) })),
  series: z.array(
    z.strictObject({
      arm: z.string(),
      dataset: z.string(),
      trial: z.string(),
      stage: z.string(),
      /** `[step, value]`, ascending. */
      points: z.array(z.tuple([z.int(), z.number()])),
    }),
  ),
});

const flipItem = z.strictObject({ id: z.string(), title: z.string().nullable() });

/** A test target on which two trials of one seed pair disagree at the cutoff. */
const flipSchema = z.strictObject({
  /** `gained`: a hit for `arm`, a miss for `against`; `lost` the other way. */
  flip: z.enum(['gained', 'lost']),
  session: z.int(),
  /** Items before the target. */
  position: z.int(),
  trial: z.string(),
  againstTrial: z.string(),
  rank: z.number(),
  againstRank: z.number(),
  target: flipItem,
  /** The latest 20 before the target, oldest first. */
  items: z.array(flipItem),
});

export const flipsSchema = z.strictObject({
  experiment: z.string(),
  revision: z.int().positive(),
  dataset: z.string(),
  arm: z.string(),
  against: z.string(),
  cutoff: z.int().positive(),
  /** Targets over all pairs of trials that could be compared. */
  pairs: count,
  both: count,
  neither: count,
  gained: count,
  lost: count,
  items: z.array(flipSchema),
  next: z.string().nullable(),
});

export type ExperimentAnswer = z.infer<typeof experimentSchema>;
export type ExperimentDetailAnswer = z.infer<typeof experimentDetailSchema>;
export type ComparisonAnswer = z.infer<typeof comparisonSchema>;
export type BoardAnswer = z.infer<typeof boardSchema>;
export type BoardArm = z.infer<typeof boardArmSchema>;
export type BoardStage = z.infer<typeof boardStageSchema>;
export type StageGraphAnswer = z.infer<typeof stageGraphSchema>;
export type CurvesAnswer = z.infer<typeof curvesSchema>;
export type FlipsAnswer = z.infer<typeof flipsSchema>;
