import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import etag from '@fastify/etag';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuditTrailService } from '#features/accounts/audit-trail.service.ts';
import { accountOf } from '#features/accounts/http/access.guard.ts';
import type { AccessRules } from '#platform/config/config.ts';
import type { Log } from '#platform/logging/log.ts';

export interface Protection {
  readonly access: AccessRules;
  readonly trail: AuditTrailService;
  readonly log: Log;
}

/** Nothing is loaded from elsewhere, and no script stands in a page. Styles are set by the charts and by the components. */
const POLICY = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'font-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'worker-src': ["'self'", 'blob:'],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  // A server of one's own has no certificate unless somebody gives it one.
  'upgrade-insecure-requests': null,
};

/** What stands before all routes: cookies, headers of safety, limits, answers that a browser may keep, and the audit trail. */
export async function protect(app: NestFastifyApplication, { access, trail, log }: Protection): Promise<void> {
  await app.register(cookie);
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    strictTransportSecurity: false,
  });
  if (access.origins.length > 0) await app.register(cors, { origin: [...access.origins], credentials: false });
  if (access.requestsPerMinute > 0)
    await app.register(rateLimit, {
      max: access.requestsPerMinute,
      timeWindow: 60_000,
      errorResponseBuilder: (_, { after }) => new TooManyRequests(after),
    });
  // Native: of a board in JavaScript it would take as long as making it.
  await app.register(etag, { algorithm: 'sha1' });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', async (request, reply) => {
    // A browser asks each time whether what it has is still so.
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-cache');
  });
  fastify.addHook('onResponse', async (request, reply) => {
    await record(trail, request, reply).catch((error: unknown) =>
      log.warn({ err: error }, 'the audit trail has a gap'),
    );
  });
}

class TooManyRequests extends Error {
  readonly statusCode = 429;

  constructor(after: string) {
    super(`Too many requests from this address. Ask again in ${after}.`);
  }
}

const READS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** Whatever changes something, and whatever was denied. Reads are too many to be told of. */
async function record(trail: AuditTrailService, request: FastifyRequest, { statusCode }: FastifyReply): Promise<void> {
  const isDenied = statusCode === 401 || statusCode === 403;
  const isTold = isDenied || !READS.includes(request.method);
  if (!isTold || !request.url.startsWith('/api/')) return;
  const account = accountOf(request);
  const path = (request.url.split('?')[0] ?? '').slice(0, 500);
  await trail.append({
    who: account?.name ?? null,
    role: account?.role ?? null,
    address: request.ip,
    deed: `${request.method} ${path}`,
    status: statusCode,
  });
}
