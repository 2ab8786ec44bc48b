import { z } from 'zod';
import { KEY_NOTES, setting, share, whole } from './setting.ts';

/** A provider is named, never addressed: its address, key and prices are in the server's configuration. */
const LLM_NAME = /^[a-z0-9][a-z0-9._-]{0,79}$/;

const cosine = () => z.number().min(-1).max(1);

/** Where the walk along the order of hard sessions stops; the session that crosses the number is the last. */
const budget = z
  .union([
    z.strictObject({ sessions: whole(1) }),
    z.strictObject({ calls: whole(1) }),
    z.strictObject({ tokens: whole(1) }),
    z.strictObject({ acceptedLabels: whole(1) }),
  ])
  .nullable();

/** The settings of selection, intent pool and profiling. */
export const profilingSettings = {
  selection: z
    .strictObject({
      strategy: setting(z.enum(['uncertainty', 'random', 'longest', 'random-matched']), 'uncertainty', {
        meaning: 'The order in which sessions are profiled.',
        stages: ['selection'],
        science: 'C.4',
      }),
      ratio: setting(share(), 0.1, {
        meaning: 'Share of the eligible sessions that is profiled; the order does not depend on it.',
        stages: ['profiling-finalise'],
        science: 'C.4',
      }),
      budget: setting(budget, null, {
        meaning: 'What is spent on profiling, instead of the ratio.',
        stages: ['profiling-finalise'],
        science: 'C.4',
        values:
          'one of {sessions: n}, {calls: n}, {tokens: n}, {acceptedLabels: n} with a whole number n of at least 1',
        otherwise: '-',
      }),
      sessionEntropy: setting(z.enum(['spectral', 'category', 'cluster']), 'spectral', {
        meaning: 'How the diversity within a session is measured.',
        stages: ['uncertainty'],
        science: 'C.4',
      }),
      lengthNormalised: setting(z.boolean(), false, {
        meaning: 'Divides the session entropy by the logarithm of the length.',
        stages: ['uncertainty'],
        science: 'C.4',
      }),
      predictionEntropy: setting(z.enum(['full', 'top-k']), 'full', {
        meaning: 'Entropy of the prediction over all items or over the best `topK`.',
        stages: ['uncertainty'],
        science: 'C.4',
      }),
      topK: setting(whole(2), 60, {
        meaning: 'Items of the prediction entropy `top-k`.',
        stages: ['uncertainty'],
        science: 'C.4',
      }),
      combine: setting(z.enum(['rrf', 'borda', 'zsum', 'session', 'prediction']), 'rrf', {
        meaning: 'How the two entropies become one order.',
        stages: ['selection'],
        science: 'C.4',
      }),
      k: setting(z.number().min(0), 60, {
        meaning: 'Constant of reciprocal rank fusion (`rrf`).',
        stages: ['selection'],
        science: 'C.4',
      }),
      explore: setting(share(), 0, {
        meaning: 'Share of the order that is taken at random.',
        stages: ['selection'],
        science: 'C.4',
      }),
      crossFit: setting(z.union([z.literal(1), z.literal(2)]), 1, {
        meaning: '2: two warm-ups on halves score the half that they were not fitted on.',
        stages: ['uncertainty'],
        science: 'C.4',
      }),
    })
    .register(KEY_NOTES, { meaning: 'The sessions that an LLM profiles.' })
    .prefault({}),

  intents: z
    .strictObject({
      initial: setting(whole(0), 40, {
        meaning: 'Intents before profiling; what is used is the smaller of `initial` and `cap`.',
        stages: ['pool', 'profiling-batch'],
        science: 'C.5',
      }),
      cap: setting(whole(1, 10_000), 100, {
        meaning: 'The most intents of the pool.',
        stages: ['pool', 'profiling-batch'],
        science: 'C.5',
      }),
      minSupport: setting(whole(0), 3, {
        meaning: 'Sessions below which an intent found while profiling retires.',
        stages: ['profiling-finalise'],
        science: 'C.5',
      }),
      source: setting(z.enum(['pool', 'free-text']), 'pool', {
        meaning: 'Intents chosen from the shared pool, or free text that is clustered after.',
        stages: ['profiling-batch'],
        science: 'C.11',
      }),
      mergeAt: setting(cosine(), 0.9, {
        meaning: 'Cosine of texts from which two intents are one.',
        stages: ['pool', 'profiling-batch'],
        science: 'C.5',
      }),
      mapAt: setting(cosine(), 0.6, {
        meaning: 'Cosine of texts from which an intent without a place maps to its nearest.',
        stages: ['pool', 'profiling-batch'],
        science: 'C.5',
      }),
    })
    .register(KEY_NOTES, { meaning: 'The global intent pool.' })
    .prefault({}),

  profiling: z
    .strictObject({
      llm: setting(z.string().regex(LLM_NAME), 'simulated', {
        meaning: 'Name of an LLM provider of the configuration; never an address or a key.',
        stages: ['pool', 'profiling-batch'],
        science: 'C.6',
        values: 'the name of a provider, in lower-case letters, digits, dots, dashes and underscores',
      }),
      attempts: setting(whole(1, 20), 3, {
        meaning: 'Passes of the predict-and-correct loop (T).',
        stages: ['profiling-batch'],
        science: 'C.6',
      }),
      candidates: setting(whole(2, 26), 20, {
        meaning: 'Candidates of a prediction, the held-out item among them (C); each has a letter.',
        stages: ['profiling-batch'],
        science: 'C.6',
      }),
      successRank: setting(whole(1, 26), 1, {
        meaning: 'Rank of the held-out item up to which a prediction is right.',
        stages: ['profiling-batch'],
        science: 'C.6',
      }),
      maxIntents: setting(whole(1, 20), 3, {
        meaning: 'The most intents of one session.',
        stages: ['profiling-batch'],
        science: 'C.6',
      }),
      validate: setting(z.boolean(), true, {
        meaning: 'False accepts the first answer without a prediction.',
        stages: ['profiling-batch'],
        science: 'C.6',
      }),
      requireGain: setting(z.boolean(), false, {
        meaning: 'Accepts intents only if they improve on the prediction without them.',
        stages: ['profiling-batch'],
        science: 'C.6',
      }),
      revealTarget: setting(z.boolean(), false, {
        meaning: 'Shows the held-out item to the LLM; an ablation of the leak.',
        stages: ['profiling-batch'],
        science: 'C.6',
      }),
      temperature: setting(z.number().min(0).max(2), 0.2, {
        meaning: 'Sampling temperature of the LLM.',
        stages: ['pool', 'profiling-batch'],
        science: 'C.6',
      }),
    })
    .register(KEY_NOTES, { meaning: 'The predict-and-correct loop.' })
    .prefault({}),

  probe: z
    .strictObject({
      randomIntents: setting(whole(0, 10_000), 200, {
        meaning: 'Sessions predicted with random intents of the pool, beside which acceptance is reported.',
        stages: ['probe'],
        science: 'C.6',
      }),
      benefit: setting(whole(0, 10_000), 0, {
        meaning: 'Sessions, by decile of uncertainty, on which it is measured what intents help the LLM; 300 tell.',
        stages: ['probe'],
        science: 'C.6',
      }),
    })
    .register(KEY_NOTES, { meaning: 'LLM calls outside of every budget, which tell what the others are worth.' })
    .prefault({}),
};
