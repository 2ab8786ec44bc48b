import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { EnvHttpProxyAgent, interceptors, request as requestOf, type Dispatcher } from 'undici';
import { z } from 'zod';
import {
  MlflowAnswerError,
  MlflowCredentialsError,
  MlflowDeletedError,
  MlflowExistsError,
  MlflowHostCheckError,
  MlflowNotFoundError,
  MlflowParameterConflictError,
  MlflowRefusedError,
  MlflowUnavailableError,
} from './mlflow-errors.ts';
import type { MlflowCredentials, MlflowTarget } from './mlflow-target.ts';

/** How long an answer may take, in milliseconds. A full batch takes the server half a second. */
const PATIENCE_MS = 30_000;
/** A large file takes longer. */
const FILE_PATIENCE_MS = 300_000;

export interface MlflowRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the root of the server. */
  readonly path: string;
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Two requests that make the same row, or a data base that is busy: MLflow hands the error of its driver on. */
const RACE = /IntegrityError|OperationalError/;

/** What changes nothing when it is done again, though the server had done it: each has an id of ours, or a value that stays. */
const REPEATABLE =
  /\/(runs\/(log-batch|log-inputs|outputs|update|search)|logged-models\/search|traces\/search|traces)$/;

/** A server that is busy for a moment, or a front of it that lost an answer; whoever lets no one in is not asked again. */
const REPEATING = {
  maxRetries: 2,
  minTimeout: 250,
  maxTimeout: 5_000,
  methods: ['GET', 'PUT', 'POST'] as Dispatcher.HttpMethod[],
  statusCodes: [429, 500, 502, 503, 504],
  errorCodes: ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'],
  throwOnError: false,
};

const refusalSchema = z.object({ error_code: z.string(), message: z.string().default('') });

/**
 * Speaks HTTP with one MLflow server. Every refusal comes out as a named error that says what to do; what may pass
 * (no answer, 429, 5xx) as `MlflowUnavailableError`.
 */
export class MlflowHttp {
  private readonly dispatcher: Dispatcher;
  private readonly repeating: Dispatcher;

  constructor(private readonly target: MlflowTarget) {
    this.dispatcher = dispatcherFor(target);
    this.repeating = this.dispatcher.compose(interceptors.retry(REPEATING));
  }

  get url(): string {
    return this.target.url;
  }

  /** Asks for JSON and checks its shape. */
  async json<Schema extends z.ZodType>(request: MlflowRequest, schema: Schema): Promise<z.infer<Schema>> {
    const text = await this.text(request);
    try {
      return schema.parse(JSON.parse(text === '' ? '{}' : text));
    } catch (error) {
      const problem = error instanceof z.ZodError ? z.prettifyError(error) : 'no JSON';
      throw new MlflowAnswerError(this.url, callOf(request), problem);
    }
  }

  async text(request: MlflowRequest): Promise<string> {
    return new TextDecoder().decode(await this.bytes(request));
  }

  async bytes(request: MlflowRequest): Promise<Uint8Array> {
    const answer = await this.send(request);
    if (answer.status < 300) return answer.body;
    throw this.refusalOf(request, answer.status, new TextDecoder().decode(answer.body));
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }

  private async send(request: MlflowRequest): Promise<{ readonly status: number; readonly body: Uint8Array }> {
    const { method, path, json, bytes } = request;
    const body = bytes ?? (json === undefined ? null : JSON.stringify(json));
    const patienceMs = path.includes('/mlflow-artifacts/') ? FILE_PATIENCE_MS : PATIENCE_MS;
    try {
      // `fetch` builds streams on both sides of a request: 1 ms of a process, and this a third of it.
      const response = await requestOf(this.target.url + path, {
        method,
        headers: {
          ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...authorization(this.target.credentials),
          ...request.headers,
        },
        body,
        dispatcher: isRepeatable(request) ? this.repeating : this.dispatcher,
        signal: AbortSignal.timeout(patienceMs),
      });
      return { status: response.statusCode, body: new Uint8Array(await response.body.arrayBuffer()) };
    } catch (error) {
      const { words, isThere } = failureOf(error, patienceMs);
      throw new MlflowUnavailableError(this.url, words, isThere);
    }
  }

  private refusalOf(request: MlflowRequest, status: number, text: string): Error {
    if (status === 429) return new MlflowUnavailableError(this.url, 'asks for fewer requests (429)', true);
    if (status >= 500) return new MlflowUnavailableError(this.url, `answers ${status}`, true);
    if (status === 403 && text.includes('Invalid Host header')) return new MlflowHostCheckError(this.url);
    if (status === 401 || status === 403) return new MlflowCredentialsError(this.url, status);
    const refusal = refusalSchema.safeParse(asJson(text));
    if (refusal.success) return this.refusedFor(callOf(request), refusal.data.error_code, refusal.data.message);
    return this.wordlessRefusal(callOf(request), status, text);
  }

  /** Of a door before it, or of its receiver of traces, which has no words of MLflow's. */
  private wordlessRefusal(call: string, status: number, text: string): Error {
    switch (status) {
      case 404:
        return new MlflowNotFoundError(call, 'nothing is at this address');
      case 413:
        return new MlflowRefusedError(call, 'more than the server, or a proxy before it, takes (413)');
      case 422:
        return new MlflowRefusedError(call, `not understood (422): ${text.slice(0, 200)}`);
      default:
        return new MlflowAnswerError(this.url, call, `${status} without MLflow's words`);
    }
  }

  /** MLflow has one code for most refusals: its words tell them apart (tried on 3.17.2). */
  private refusedFor(call: string, code: string, message: string): Error {
    const [reason = ''] = message.split('\n');
    if (/^The run .* must be in the 'active' state/.test(reason)) return new MlflowDeletedError('run');
    if (/^The experiment .* must be in the 'active' state/.test(reason)) return new MlflowDeletedError('experiment');
    if (reason.startsWith('Changing param values is not allowed')) return new MlflowParameterConflictError(reason);
    if (code === 'RESOURCE_DOES_NOT_EXIST' || code === 'NOT_FOUND') return new MlflowNotFoundError(call, reason);
    if (code === 'RESOURCE_ALREADY_EXISTS') return new MlflowExistsError(call);
    if (RACE.test(message))
      return new MlflowUnavailableError(this.url, 'had two writers in its data base at once', true);
    return new MlflowRefusedError(call, reason.slice(0, 500));
  }
}

function isRepeatable({ method, path }: MlflowRequest): boolean {
  return method === 'GET' || method === 'PUT' || (method === 'POST' && REPEATABLE.test(path));
}

function callOf({ method, path }: MlflowRequest): string {
  return `${method} ${path.split('?')[0] ?? path}`;
}

function authorization(credentials: MlflowCredentials): Readonly<Record<string, string>> {
  switch (credentials.kind) {
    case 'none':
      return {};
    case 'bearer':
      return { Authorization: `Bearer ${credentials.token}` };
    case 'basic': {
      const { user, password } = credentials;
      return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
    }
  }
}

function dispatcherFor({ isInsecure, certificateFile, proxies }: MlflowTarget): Dispatcher {
  const authorities =
    certificateFile === null ? {} : { ca: [...rootCertificates, readFileSync(certificateFile, 'utf8')] };
  const tls = { ...authorities, rejectUnauthorized: !isInsecure };
  return new EnvHttpProxyAgent({
    httpProxy: proxies.http ?? '',
    httpsProxy: proxies.https ?? '',
    noProxy: proxies.except ?? '',
    connect: tls,
    requestTls: tls,
    // Uvicorn hangs up after 5 s without a request; one that is sent just then would be lost.
    keepAliveTimeout: 2_000,
    keepAliveMaxTimeout: 2_000,
  });
}

const UNKNOWN_AUTHORITY =
  'has a certificate of an unknown authority (MLFLOW_TRACKING_SERVER_CERT_PATH names a PEM file of it)';

/** What happens where no server is; after anything else one may be there. */
const NOT_THERE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'does not answer: nothing listens there',
  ENOTFOUND: 'does not answer: its host has no address',
  EAI_AGAIN: 'does not answer: its host has no address',
  EHOSTUNREACH: 'does not answer: its host cannot be reached',
  ENETUNREACH: 'does not answer: its host cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: 'does not answer: its host is silent',
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another host',
};

function failureOf(error: unknown, patienceMs: number): { readonly words: string; readonly isThere: boolean } {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { words: `did not answer within ${patienceMs / 1000} s`, isThere: true };
  }
  const code = codesOf(error).find((one) => NOT_THERE[one] !== undefined);
  const words = code === undefined ? undefined : NOT_THERE[code];
  return words === undefined
    ? { words: 'ended the connection without an answer', isThere: true }
    : { words, isThere: false };
}

/** Node wraps what happened, and of a host with several addresses in a list. */
function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const inner = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  return [...own, ...[error.cause, ...inner].flatMap(codesOf)];
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
