import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const UI = fileURLToPath(new URL('../../ui/', import.meta.url));
const SWAGGER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
/** Those that the page of the documentation names. */
const SWAGGER_FILES: readonly string[] = ['swagger-ui.css', 'swagger-ui-bundle.js'];
const YEAR_SECONDS = 31_536_000;

/**
 * The user interface, where it is built: files as they are, those with a hash in their name for ever, and for every other address
 * that a browser opens the page that finds its way itself.
 */
export async function serveFiles(app: NestFastifyApplication, folder = UI): Promise<void> {
  await app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get<{ Params: { file: string } }>('/api/docs/assets/:file', (request, reply) =>
    SWAGGER_FILES.includes(request.params.file) ? reply.sendFile(request.params.file, SWAGGER) : missing(reply),
  );
  if (!existsSync(join(folder, 'index.html'))) return;
  fastify.get('/', (_, reply) => page(reply));
  fastify.get<{ Params: { '*': string } }>('/assets/*', (request, reply) =>
    reply.sendFile(`assets/${request.params['*']}`, { maxAge: YEAR_SECONDS * 1000, immutable: true }),
  );
  fastify.get<{ Params: { '*': string } }>('/*', (request, reply) => fileOrPage(request, reply, folder));
}

async function fileOrPage(request: FastifyRequest<{ Params: { '*': string } }>, reply: FastifyReply, folder: string) {
  const path = request.params['*'];
  if (path.startsWith('api/')) return missing(reply);
  if (/^[\w-]+\.\w+$/.test(path) && existsSync(join(folder, path))) return reply.sendFile(path);
  return request.headers.accept?.includes('text/html') === true ? page(reply) : missing(reply);
}

/** Asked for each time: it names the files of one build. */
function page(reply: FastifyReply) {
  return reply.header('cache-control', 'no-cache').sendFile('index.html', { cacheControl: false });
}

function missing(reply: FastifyReply) {
  reply.callNotFound();
  return reply;
}
