/** Where a refusal points to: of a manifest line and column, of a filter the column. */
export interface Place {
  readonly file: string | null;
  /** 1-based. */
  readonly line: number | null;
  /** 1-based. */
  readonly column: number | null;
  readonly path: string | null;
  readonly problem: string;
  readonly allowed: string | null;
  readonly suggestion: string | null;
}

/** A refusal of the server in its own words; `status` 0 where no answer came at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly places: readonly Place[];

  constructor(
    status: number,
    { code, message, places = [] }: { code: string; message: string; places?: readonly Place[] },
  ) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.places = places;
  }
}

export interface Listing<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** What is left out of the address where it is `undefined`. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

const ROOT = '/api/v1';
/** A form of another site can send our cookie, but no header of its own. */
const OURS = { 'x-sprintlab': '1' };

export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(key, String(value));
  const text = search.toString();
  const joint = path.includes('?') ? '&' : '?';
  return `${ROOT}${path}${text === '' ? '' : `${joint}${text}`}`;
}

/** @throws ApiError */
export async function get<Answer>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Answer> {
  return ask<Answer>(address(path, query), signal === undefined ? {} : { signal });
}

/** @throws ApiError */
export async function send<Answer>(
  method: 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const json: RequestInit = body === undefined ? {} : { body: JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return ask<Answer>(address(path), { method, ...json, headers: { ...type, ...OURS, ...headers } });
}

async function ask<Answer>(url: string, options: RequestInit): Promise<Answer> {
  const answer = await reach(url, options);
  const text = await answer.text();
  const body: unknown = isJson(answer) && text !== '' ? JSON.parse(text) : text;
  if (!answer.ok) throw new ApiError(answer.status, refusalOf(body, answer));
  return body as Answer;
}

async function reach(url: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(url, options);
  } catch (cause) {
    if (options.signal?.aborted === true) throw cause;
    throw new ApiError(0, {
      code: 'NO_CONNECTION',
      message: 'The server does not answer. It is asked again by itself.',
    });
  }
}

function isJson(answer: Response): boolean {
  return (answer.headers.get('content-type') ?? '').includes('json');
}

function refusalOf(body: unknown, answer: Response): { code: string; message: string; places?: readonly Place[] } {
  if (typeof body === 'object' && body !== null && 'error' in body) {
    return (body as { error: { code: string; message: string; places: readonly Place[] } }).error;
  }
  return { code: 'UNEXPECTED', message: `The server answered ${answer.status} ${answer.statusText}.` };
}
