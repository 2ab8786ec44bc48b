import { z } from 'zod';
import { pageOf } from '#kernel/answer.schema.ts';
import { endpoint } from '#platform/http/endpoint.ts';
import { eventSchema } from './events.schema.ts';

const number = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

export const listEvents = endpoint({
  method: 'GET',
  path: '/events',
  access: 'viewer',
  summary:
    'What happened, by number. With `Accept: text/event-stream` it goes on as server-sent events, from any number: ' +
    '`Last-Event-ID` or `after`, else from now on',
  query: z.strictObject({
    after: number.optional().meta({ description: 'events behind this number; with order=desc, before it' }),
    experiment: z.string().max(300).optional(),
    order: z.enum(['asc', 'desc']).default('asc'),
    limit: z.coerce.number().int().min(1).max(1_000).default(100),
  }),
  headers: { 'Last-Event-ID': 'of a stream: the number of the last event that is known' },
  answer: pageOf(eventSchema),
  media: ['application/json', 'text/event-stream'],
});
