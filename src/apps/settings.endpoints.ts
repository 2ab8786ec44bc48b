import { endpoint } from '#platform/http/endpoint.ts';
import { settingsSchema } from './settings.schema.ts';

export const showSettings = endpoint({
  method: 'GET',
  path: '/settings',
  access: 'viewer',
  summary: 'How this server is set up; nothing secret',
  answer: settingsSchema,
});
