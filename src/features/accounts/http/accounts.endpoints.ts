import { z } from 'zod';
import { pageOf } from '#kernel/answer.schema.ts';
import { listQuery } from '#kernel/list-query.ts';
import { endpoint } from '#platform/http/endpoint.ts';
import {
  auditEntrySchema,
  createdTokenSchema,
  createTokenSchema,
  loginSchema,
  sessionSchema,
  tokenSchema,
} from './accounts.schema.ts';

export const showSession = endpoint({
  method: 'GET',
  path: '/session',
  access: 'open',
  summary: 'Who asks, and what he may',
  answer: sessionSchema,
});

export const login = endpoint({
  method: 'POST',
  path: '/session',
  access: 'open',
  summary: 'Exchanges a token for a cookie that scripts cannot read',
  body: loginSchema,
  answer: sessionSchema,
});

export const logout = endpoint({
  method: 'DELETE',
  path: '/session',
  access: 'open',
  summary: 'Ends a login',
  answer: sessionSchema,
});

export const listTokens = endpoint({
  method: 'GET',
  path: '/tokens',
  access: 'admin',
  summary: 'The tokens, without their secrets',
  query: z.strictObject(listQuery),
  answer: pageOf(tokenSchema),
});

export const createToken = endpoint({
  method: 'POST',
  path: '/tokens',
  access: 'admin',
  summary: 'A new token; its secret is told once',
  body: createTokenSchema,
  answer: createdTokenSchema,
  status: 201,
});

export const revokeToken = endpoint({
  method: 'DELETE',
  path: '/tokens/:id',
  access: 'admin',
  summary: 'Revokes a token: its next request is refused, and streams that it follows end within 5 seconds',
  params: z.strictObject({ id: z.string().min(1).max(100) }),
  answer: tokenSchema,
  errors: [404, 409],
});

export const listAuditTrail = endpoint({
  method: 'GET',
  path: '/audit-trail',
  access: 'admin',
  summary: 'Who did what: writes, logins and denials, newest first',
  query: z.strictObject(listQuery),
  answer: pageOf(auditEntrySchema),
});
