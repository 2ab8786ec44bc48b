import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { errorAnswerSchema } from '#kernel/answer.schema.ts';
import { DomainError, type Place } from '#kernel/domain-error.ts';
import type { Page } from '#kernel/page.ts';
import type { ServerTarget } from '#platform/config/config.ts';
import type { Endpoint } from '#platform/http/endpoint.ts';
import type { ListOptions } from '../listing.ts';

export class ServerUnreachableError extends DomainError<'SERVER_UNREACHABLE'> {
  constructor(url: string, problem: string) {
    super(
      'SERVER_UNREACHABLE',
      `The server at ${url} ${problem}. Start it with \`sprintlab serve\`, or correct SPRINTLAB_URL; without it the home of this folder is used.`,
    );
  }
}

export class ServerAnswerError extends DomainError<'SERVER_ANSWER'> {
  constructor(url: string, problem: string) {
    super(
      'SERVER_ANSWER',
      `What answers at ${url} is no Sprintlab of this version (${problem}). Correct SPRINTLAB_URL, or use the same version on both sides.`,
    );
  }
}

interface Fetched {
  readonly isOk: boolean;
  readonly status: number;
  readonly bytes: Uint8Array;
}

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly places: readonly Place[];
}

/** A refusal of the server, as it said it: code, words and places are those that its own command line would give. */
class ServerRefusal extends DomainError {
  constructor({ code, message, places }: Refusal) {
    super(code, message, places);
  }
}

/** How long a server may be silent, in milliseconds: the plan of a large grid takes seconds, a large file minutes. */
const PATIENCE_MS = 120_000;
/** What a server that keeps many from asking at once is given before it is asked again, and how often. */
const BUSY = { pauseMs: 1_000, tries: 5 };
/** What a server gives of a list at a time, at most. */
const PAGE_ROWS = 2_000;

type InputOf<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;

/** What a route can be asked. */
type Asking<E extends Endpoint> =
  E extends Endpoint<infer P, infer Q, infer B>
    ? {
        readonly params?: InputOf<P>;
        readonly query?: InputOf<Q>;
        readonly body?: InputOf<B>;
      }
    : never;

type ListEndpoint<Item> = Endpoint & { readonly answer: z.ZodType<Page<Item>> };

/** A server of this program, asked by the routes that it declares. */
export class Server {
  constructor(private readonly target: ServerTarget) {}

  get url(): string {
    return this.target.url;
  }

  /** @throws ServerRefusal, ServerUnreachableError, ServerAnswerError */
  async ask<E extends Endpoint>(endpoint: E, asking: Asking<E>): Promise<z.output<E['answer']>> {
    const answer = endpoint.answer.safeParse(jsonOf(await this.send(endpoint, asking)));
    if (!answer.success) throw new ServerAnswerError(this.url, `${endpoint.method} ${endpoint.path}`);
    return answer.data as z.output<E['answer']>;
  }

  /** As many items of a list as were asked for, in as many requests as that takes. */
  async list<Item>(
    endpoint: ListEndpoint<Item>,
    { limit, after, filter }: ListOptions,
    more: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Page<Item>> {
    const items: Item[] = [];
    let next: string | null = after ?? null;
    do {
      const query = { ...more, filter, after: next ?? undefined, limit: Math.min(PAGE_ROWS, limit - items.length) };
      const page: Page<Item> = await this.ask<ListEndpoint<Item>>(endpoint, { query });
      items.push(...page.items);
      next = page.next;
    } while (next !== null && items.length < limit);
    return { items, next };
  }

  /** The bytes of what is no JSON. */
  download<E extends Endpoint>(endpoint: E, asking: Asking<E>): Promise<Uint8Array> {
    return this.send(endpoint, asking);
  }

  /** The bytes that it answers. */
  private async send<E extends Endpoint>(endpoint: E, asking: Asking<E>): Promise<Uint8Array> {
    for (let attempt = 1; ; attempt += 1) {
      const { isOk, status, bytes } = await this.fetched(endpoint, asking);
      if (isOk) return bytes;
      const isBusy = status === 429 && endpoint.method === 'GET' && attempt < BUSY.tries;
      if (!isBusy) throw this.refusalOf(status, bytes);
      await delay(BUSY.pauseMs * attempt);
    }
  }

  private async fetched(
    { method, path }: Endpoint,
    { params, query, body }: { readonly params?: unknown; readonly query?: unknown; readonly body?: unknown },
  ): Promise<Fetched> {
    const { url, token } = this.target;
    const address = `${url}/api/v1${placed(path, params ?? {})}${asQuery(query ?? {})}`;
    const headers = {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), PATIENCE_MS);
    try {
      // Whoever is sent elsewhere would take the token along.
      const request = { method, headers, signal: silence.signal, redirect: 'error', ...sent } as const;
      const response = await fetch(address, request);
      const chunks: Uint8Array[] = [];
      const body: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = response.body ?? [];
      for await (const chunk of body) {
        chunks.push(chunk);
        timer.refresh();
      }
      return { isOk: response.ok, status: response.status, bytes: Buffer.concat(chunks) };
    } catch {
      const problem = silence.signal.aborted ? `was silent for ${PATIENCE_MS / 1000} s` : 'does not answer';
      throw new ServerUnreachableError(url, problem);
    } finally {
      clearTimeout(timer);
    }
  }

  private refusalOf(status: number, bytes: Uint8Array): Error {
    const refused = errorAnswerSchema.safeParse(jsonOf(bytes));
    // Of what it knows no address it says `NOT_FOUND`; of what it does not have, what that is.
    if (!refused.success || refused.data.error.code === 'NOT_FOUND')
      return new ServerAnswerError(this.url, `status ${status}`);
    const { code, message, places } = refused.data.error;
    const unknown = `The server at ${this.url} asks for a token that it knows. SPRINTLAB_TOKEN holds one; \`sprintlab tokens create NAME\` at its home makes one.`;
    return new ServerRefusal({ code, message: status === 401 ? unknown : message, places });
  }
}

/** `/trials/:id` with what stands for each name. */
function placed(path: string, params: object): string {
  const values = new Map<string, unknown>(Object.entries(params));
  return path.replaceAll(/:([a-z]+)/gi, (_, name: string) => encodeURIComponent(String(values.get(name))));
}

function asQuery(query: object): string {
  const known = Object.entries(query).filter(([, value]) => value !== undefined);
  const words = new URLSearchParams(known.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return words === '' ? '' : `?${words}`;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
