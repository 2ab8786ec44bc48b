import { createServer, type Socket } from 'node:net';
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '#kernel/domain-error.ts';
import type { Log } from '#platform/logging/log.ts';
import { ApiModule, type ApiParts } from './api.module.ts';
import { ErrorAnswers } from './error-answers.ts';
import { BODY_LIMIT_BYTES, HEADER_LIMIT_BYTES, PARAMETER_LENGTH } from './limits.ts';
import { NestLog } from './nest-log.ts';
import { protect, type Protection } from './protection.ts';
import { serveFiles } from './static-files.ts';

export class NeedsAuthenticationError extends DomainError<'NEEDS_AUTHENTICATION'> {
  constructor(host: string) {
    super(
      'NEEDS_AUTHENTICATION',
      `--host ${host}: without accounts this server refuses to listen on any address but 127.0.0.1, since whoever reaches it ` +
        'may do everything. Set SPRINTLAB_AUTH=tokens and make a token (`sprintlab tokens create`), or leave --host out; ' +
        'from another machine use a tunnel (`ssh -L 7077:127.0.0.1:7077 HOST`).',
    );
  }
}

export class PortInUseError extends DomainError<'PORT_IN_USE'> {
  constructor(host: string, port: number, free: number | null) {
    const advice = free === null ? 'name another with --port' : `--port ${free} is free`;
    super('PORT_IN_USE', `Port ${port} of ${host} is in use, perhaps by another \`sprintlab serve\`: ${advice}.`);
  }
}

export interface HttpParts extends ApiParts, Omit<Protection, 'log'> {
  readonly address: { readonly host: string; readonly port: number };
  readonly log: Log;
}

export interface Http {
  readonly url: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const OWN_NAMES: readonly string[] = [LOOPBACK, 'localhost'];
/** How many ports above a used one are tried, for the advice. */
const NEIGHBOURS = 20;

/** @throws NeedsAuthenticationError, PortInUseError */
export async function openHttp({ address, log, access, trail, ...parts }: HttpParts): Promise<Http> {
  if (!OWN_NAMES.includes(address.host) && !access.hasAccounts) throw new NeedsAuthenticationError(address.host);
  const host = OWN_NAMES.includes(address.host) ? LOOPBACK : address.host;
  const errors = new ErrorAnswers(log);
  const adapter = new Adapter(errors);
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.of(parts), adapter, {
    logger: new NestLog(log),
    abortOnError: false,
  });
  app.useGlobalFilters(errors);
  // Without accounts a page of the web whose name was pointed at this machine would otherwise read everything through the browser.
  if (!access.hasAccounts) adapter.getInstance().addHook('onRequest', refuseForeignNames);
  await protect(app, { access, trail, log });
  await serveFiles(app);
  await app.init();
  try {
    const url = await adapter.getInstance().listen({ host, port: address.port });
    return { url, close: () => app.close() };
  } catch (error) {
    await app.close();
    const { port } = address;
    throw isInUse(error) ? new PortInUseError(host, port, await freePortAfter(host, port)) : error;
  }
}

/** What is no request, or too long a one, is answered before there is anything to answer with. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const isLong = error.code === 'HPE_HEADER_OVERFLOW';
  const [status, code] = isLong
    ? ['431 Request Header Fields Too Large', 'REQUEST_TOO_LONG']
    : ['400 Bad Request', 'BAD_REQUEST'];
  const message = isLong ? 'The address and the headers of the request are too long.' : 'This is no request of HTTP.';
  const answer = JSON.stringify({ error: { code, message, places: [] } });
  const headers = ['content-type: application/json; charset=utf-8', `content-length: ${Buffer.byteLength(answer)}`];
  socket.end(`HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\nconnection: close\r\n\r\n${answer}`);
}

/** Answers alike what goes wrong in a route and before one is found: Nest's own handler would know the former only. */
class Adapter extends FastifyAdapter {
  constructor(private readonly errors: ErrorAnswers) {
    super({
      bodyLimit: BODY_LIMIT_BYTES,
      forceCloseConnections: true,
      routerOptions: { maxParamLength: PARAMETER_LENGTH },
      http: { maxHeaderSize: HEADER_LIMIT_BYTES },
      frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
        errors.send(error, request, reply),
      clientErrorHandler: refuseConnection,
    });
  }

  override setErrorHandler(): FastifyInstance {
    return this.getInstance().setErrorHandler((error, request, reply) => this.errors.send(error, request, reply));
  }
}

async function refuseForeignNames({ hostname }: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (!OWN_NAMES.includes(hostname)) await reply.status(403).send(FOREIGN_NAME);
}

const FOREIGN_NAME = {
  error: {
    code: 'FOREIGN_NAME',
    message: `This server answers to ${OWN_NAMES.join(' and ')} only.`,
    places: [],
  },
};

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

async function freePortAfter(host: string, port: number): Promise<number | null> {
  const last = Math.min(port + NEIGHBOURS, 65_535);
  for (let next = port + 1; next <= last; next += 1) if (await isFree(host, next)) return next;
  return null;
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
