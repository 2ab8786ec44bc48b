import { z } from 'zod';
import { listQuery } from '#kernel/list-query.ts';
import { pageOf } from '#kernel/answer.schema.ts';
import { endpoint } from '#platform/http/endpoint.ts';
import {
  acceptanceSchema,
  profiledSessionDetailSchema,
  profiledSessionSchema,
  profilingSchema,
} from './profilings.schema.ts';

const params = z.strictObject({ trial: z.string().min(1).max(100) });

export const listProfilings = endpoint({
  method: 'GET',
  path: '/profilings',
  access: 'viewer',
  summary: 'The trials that have profiled sessions',
  query: z.strictObject({ ...listQuery, experiment: z.string().max(300).optional() }),
  answer: pageOf(profilingSchema),
  errors: [404],
});

export const listProfiledSessions = endpoint({
  method: 'GET',
  path: '/profilings/:trial/sessions',
  access: 'viewer',
  summary: 'The profiled sessions of a trial, by uncertainty, length or outcome',
  params,
  query: z.strictObject(listQuery),
  answer: pageOf(profiledSessionSchema),
  errors: [404, 409],
});

export const showProfiledSession = endpoint({
  method: 'GET',
  path: '/profilings/:trial/sessions/:session',
  access: 'viewer',
  summary: 'One session with every attempt: prompt, answer, feedback, evidence, verdict',
  params: params.extend({ session: z.coerce.number().int().nonnegative().max(2_147_483_647) }),
  answer: profiledSessionDetailSchema,
  errors: [404, 409],
});

export const showAcceptance = endpoint({
  method: 'GET',
  path: '/profilings/:trial/acceptance',
  access: 'viewer',
  summary: 'How many sessions were accepted up to each attempt, beside chance',
  params,
  answer: acceptanceSchema,
  errors: [404, 409],
});
