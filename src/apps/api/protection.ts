import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import etag from '@fastify/etag';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuditTrailService } from '#features/accounts/audit-trail.service.ts';
import { accessAsked, accountOf } from '#features/accounts/http/access.guard.ts';
import { Recent } from '#kernel/recent.ts';
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
  const audit = new AuditHook(trail);
  fastify.addHook('onResponse', async (request, reply) => {
    await audit.record(request, reply).catch((error: unknown) => log.warn({ err: error }, 'the audit trail has a gap'));
  });
}

class TooManyRequests extends Error {
  readonly statusCode = 429;

  constructor(after: string) {
    super(`Too many requests from this address. Ask again in ${after}.`);
  }
}

const READS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];
/** The same denial is told of once in so long: a page that asks on and on, or a guesser, must not fill the data base. */
const DENIED_AGAIN_MS = 60_000;
const DENIALS_KEPT = 1_000;

/** Tells the trail of whatever changes something, of logins, and of what was denied. Reads are too many to be told of. */
class AuditHook {
  private readonly denials = new Recent<string, { toldAt: number }>(DENIALS_KEPT);

  constructor(private readonly trail: AuditTrailService) {}

  async record(request: FastifyRequest, { statusCode: status }: FastifyReply): Promise<void> {
    if (!request.url.startsWith('/api/')) return;
    const account = accountOf(request);
    const path = (request.url.split('?')[0] ?? '').slice(0, 500);
    const deed = `${request.method} ${path}`;
    const entry = { who: account?.name ?? null, role: account?.role ?? null, address: request.ip, deed, status };
    const isDenied = status === 401 || status === 403;
    const isTold = isDenied ? this.isNewDenial(JSON.stringify(entry)) : changesSomething(request);
    if (isTold) await this.trail.append(entry);
  }

  private isNewDenial(denial: string): boolean {
    const known = this.denials.get(denial, () => ({ toldAt: -Infinity }));
    const now = performance.now();
    if (now - known.toldAt < DENIED_AGAIN_MS) return false;
    known.toldAt = now;
    return true;
  }
}

/** A viewer's question may be long enough to be posted, and changes nothing; what has no route neither. */
function changesSomething(request: FastifyRequest): boolean {
  const access = accessAsked(request);
  return !READS.includes(request.method) && access !== null && access !== 'viewer';
}
