import { z } from 'zod';
import type { JsonValue } from '#kernel/json.ts';
import { distinctList, protocolSchema } from './protocol-schema.ts';
import { KEY_NOTES, setting, whole } from './setting.ts';
import { settingsSchema, writtenSettingsShape } from './settings-schema.ts';

/** Names are file names and parts of addresses too. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,79}$/;
const NAME_IN_WORDS = 'a name of at most 80 lower-case letters, digits, dots, dashes and underscores';
/** Neither absolute nor with a scheme: a base file is found from the file that names it. */
const BASE_FILE = /^(?![/\\~]|[A-Za-z][A-Za-z0-9+.-]*:)[^\\]+\.ya?ml$/;

const anyValue = () => z.custom<JsonValue>((value) => value !== undefined);
const text = (most: number) => z.string().trim().min(1).max(most);
const positive = () => z.number().gt(0);

const seeds = () => z.union([whole(1, 1000), distinctList(whole(0, 0xffff_ffff)).max(1000)]);

const armSchema = z
  .strictObject({
    name: text(200).register(KEY_NOTES, { meaning: 'The name of the arm.', values: 'a text of 1 to 200 characters' }),
    ...writtenSettingsShape,
  })
  .register(KEY_NOTES, { meaning: 'An arm beside the grid: its name and the settings in which it differs.' });

const hypothesisSchema = z
  .strictObject({
    id: z.string().regex(NAME).register(KEY_NOTES, { meaning: 'The name of the hypothesis.', values: NAME_IN_WORDS }),
    setting: text(200)
      .register(KEY_NOTES, { meaning: 'The axis whose values are compared over the cells of the grid.' })
      .optional(),
    better: anyValue().register(KEY_NOTES, {
      meaning: 'The value, or the arm (its name, or settings that match exactly one), that should be better.',
    }),
    than: anyValue().register(KEY_NOTES, { meaning: 'The value or the arm that it is compared with.' }),
    where: z
      .record(z.string(), anyValue())
      .register(KEY_NOTES, { meaning: 'Values of other axes to which the cells are narrowed.' })
      .optional(),
    metric: z
      .string()
      .register(KEY_NOTES, { meaning: 'The metric that decides.', otherwise: '`report.primary`' })
      .optional(),
    alpha: setting(z.number().gt(0).lt(1), 0.05, { meaning: 'Level of the family of tests.' }),
  })
  .register(KEY_NOTES, { meaning: 'A claim that is declared before the first trial runs.' });

/** The manifest: an unknown key is a mistake, because a typing error must not train for an hour. */
export const manifestSchema = z.strictObject({
  sprintlab: z.literal(1).register(KEY_NOTES, { meaning: 'The version of this format.', values: '1' }),
  name: z.string().regex(NAME).register(KEY_NOTES, { meaning: 'The name of the experiment.', values: NAME_IN_WORDS }),
  question: text(2000).register(KEY_NOTES, {
    meaning: 'What the experiment is to answer.',
    values: 'a text of 1 to 2000 characters',
  }),
  extends: z
    .string()
    .regex(BASE_FILE)
    .register(KEY_NOTES, {
      meaning: 'A file that this one is merged into; this one wins, and lists replace.',
      values: 'a relative path that ends in .yaml or .yml',
    })
    .optional(),
  dataset: z.union([text(200), distinctList(text(200))]).register(KEY_NOTES, {
    meaning: 'A registered data set, or a list of them: every arm runs on each.',
    values: 'the name of a data set or a list of names',
  }),
  protocol: protocolSchema.prefault({}),
  settings: settingsSchema.prefault({}),
  axes: z
    .record(z.string(), z.array(anyValue()))
    .register(KEY_NOTES, {
      meaning: 'Dotted settings keys, each with the values that it takes; the arms are their product.',
      values: 'a mapping of dotted settings keys to lists of values',
    })
    .default({}),
  link: z
    .array(z.record(z.string(), z.array(anyValue())))
    .max(100)
    .register(KEY_NOTES, {
      meaning: 'Axes that move together instead of multiplying; their lists are equally long.',
      values: 'a list of mappings of dotted settings keys to lists of values',
    })
    .default([]),
  exclude: z
    .array(z.record(z.string(), anyValue()))
    .max(1000)
    .register(KEY_NOTES, {
      meaning: 'Combinations of values of axes that are left out.',
      values: 'a list of mappings of dotted settings keys to one value',
    })
    .default([]),
  arms: z
    .array(armSchema)
    .register(KEY_NOTES, { meaning: 'Named arms beside the grid; keys as in settings.' })
    .default([]),
  seeds: z
    .strictObject({
      train: setting(seeds(), 1, {
        meaning: 'Seeds of training; n stands for 1 to n. Also of its warm-up with `training.from: warm-up`.',
        values: 'a count from 1 to 1000 or a list of different seeds',
        stages: ['training'],
        science: 'C.0',
      }),
      profile: setting(seeds(), 1, {
        meaning:
          'Seeds of profiling: its own warm-up, permutation, candidates and LLM; crossed with those of training.',
        values: 'a count from 1 to 1000 or a list of different seeds',
        stages: ['warm-up', 'uncertainty', 'selection', 'pool', 'profiling-batch', 'profiling-finalise'],
        science: 'C.0',
      }),
    })
    .register(KEY_NOTES, { meaning: 'How often chance is drawn again.' })
    .prefault({}),
  hypotheses: z
    .array(hypothesisSchema)
    .max(100)
    .register(KEY_NOTES, { meaning: 'What is to be tested; recorded with the revision, and not judged yet.' })
    .default([]),
  limits: z
    .strictObject({
      trials: whole(1).register(KEY_NOTES, { meaning: 'The most trials.' }).optional(),
      llmCalls: whole(0).register(KEY_NOTES, { meaning: 'The most LLM calls.' }).optional(),
      usd: z.number().min(0).register(KEY_NOTES, { meaning: 'The most US dollars for LLM calls.' }).optional(),
      hours: positive().register(KEY_NOTES, { meaning: 'The most hours of work.' }).optional(),
      concurrency: whole(1).register(KEY_NOTES, { meaning: 'The most stages at a time.' }).optional(),
    })
    .register(KEY_NOTES, { meaning: 'Where a submission stops and asks.' })
    .prefault({}),
  onFailure: z
    .union([z.enum(['continue', 'stop']), z.strictObject({ stopAfter: whole(1) })])
    .register(KEY_NOTES, {
      meaning: 'What happens to the other trials when one fails.',
      values: 'continue, stop or {stopAfter: n} with a whole number n of at least 1',
    })
    .default('continue'),
  report: z
    .strictObject({
      primary: z
        .string()
        .register(KEY_NOTES, {
          meaning: 'The metric that decides.',
          values: 'hr@K or ndcg@K for a cutoff K of the protocol, or mrr@20',
          otherwise: '`hr` at the largest cutoff',
        })
        .optional(),
      baseline: text(200).register(KEY_NOTES, { meaning: 'The arm that others are compared with.' }).optional(),
      projection: setting(z.boolean(), false, {
        meaning: 'Draws session and intent embeddings in the plane for each trial with intents, with their alignment.',
        stages: ['projection'],
        science: 'C.7',
      }),
    })
    .register(KEY_NOTES, { meaning: 'What the comparison shows first.' })
    .prefault({}),
});

type Written = z.output<typeof manifestSchema>;
/** A manifest as it is after its bases were merged into it. */
export type Manifest = Omit<Written, 'extends'>;
/** Every setting with its value. */
export type Settings = Manifest['settings'];
/** The protocol as written; `sessions`, `split` and `maskSeen` may be left to the data. */
export type Protocol = Manifest['protocol'];
export type NamedArm = Manifest['arms'][number];
export type Hypothesis = Manifest['hypotheses'][number];

/** The data sets of a manifest, one or several. */
export function datasetNames(manifest: Pick<Manifest, 'dataset'>): readonly string[] {
  return typeof manifest.dataset === 'string' ? [manifest.dataset] : manifest.dataset;
}

/** The metrics that the evaluation makes under the cutoffs of the protocol. */
export function producedMetrics(protocol: Pick<Manifest['protocol'], 'cutoffs'>): readonly string[] {
  return [...protocol.cutoffs.flatMap((cutoff) => [`hr@${cutoff}`, `ndcg@${cutoff}`]), 'mrr@20'];
}

/** The metric that decides: as written, else the hit rate at the largest cutoff. */
export function primaryMetric(manifest: Pick<Manifest, 'protocol' | 'report'>): string {
  return manifest.report.primary ?? `hr@${Math.max(...manifest.protocol.cutoffs)}`;
}
