import { z } from 'zod';
import { jsonObject, pageOf } from '#kernel/answer.schema.ts';
import { listQuery } from '#kernel/list-query.ts';
import { endpoint } from '#platform/http/endpoint.ts';
import {
  planRequestSchema,
  planSchema,
  submissionSchema,
  submitRequestSchema,
  submittedSchema,
  templateSchema,
  wishedSchema,
  wishRequestSchema,
} from './submissions.schema.ts';

const params = z.strictObject({ id: z.string().min(1).max(100) });
const wish = z.strictObject({ ...params.shape, wish: z.enum(['pause', 'resume', 'cancel', 'retry']) });

export const listSubmissions = endpoint({
  method: 'GET',
  path: '/submissions',
  access: 'viewer',
  summary: 'Requests to run revisions, newest first',
  query: z.strictObject(listQuery),
  answer: pageOf(submissionSchema),
});

export const showSubmission = endpoint({
  method: 'GET',
  path: '/submissions/:id',
  access: 'viewer',
  summary: 'How a submission stands',
  params,
  answer: submissionSchema,
  errors: [404, 409],
});

export const submit = endpoint({
  method: 'POST',
  path: '/submissions',
  access: 'researcher',
  summary: 'Hands a manifest over to whoever works here; asking again returns the same submission',
  body: submitRequestSchema,
  headers: { 'Idempotency-Key': 'any text of at most 200 characters: the same key and body have the same answer' },
  answer: submittedSchema,
  status: 201,
  errors: [409, 413, 422, 428],
});

export const wishOfSubmission = endpoint({
  method: 'POST',
  path: '/submissions/:id/:wish',
  access: 'researcher',
  summary: 'Pauses, resumes or cancels a submission, or runs again what has failed of it',
  params: wish,
  body: wishRequestSchema,
  isBodyOptional: true,
  answer: wishedSchema,
  errors: [404, 409, 422, 428],
});

export const wishOfTrial = endpoint({
  method: 'POST',
  path: '/trials/:id/:wish',
  access: 'researcher',
  summary: 'The same of one trial',
  params: wish,
  body: wishRequestSchema,
  isBodyOptional: true,
  answer: wishedSchema,
  errors: [404, 409, 422, 428],
});

export const planManifest = endpoint({
  method: 'POST',
  path: '/plan',
  access: 'viewer',
  summary: 'What a manifest would run, what is there already, and the bill; or every mistake in it with its place',
  body: planRequestSchema,
  answer: planSchema,
  errors: [413, 422],
});

export const showManifestSchema = endpoint({
  method: 'GET',
  path: '/manifest-schema',
  access: 'viewer',
  summary: 'The JSON Schema of manifests, for editors',
  answer: jsonObject,
});

export const listTemplates = endpoint({
  method: 'GET',
  path: '/templates',
  access: 'viewer',
  summary: 'The manifests that come with this program',
  answer: pageOf(templateSchema),
});
