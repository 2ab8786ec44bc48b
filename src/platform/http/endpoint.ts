import type { z } from 'zod';

/** Whom a route answers: anybody, or whoever has the role or a higher one. */
export type Access = 'open' | 'viewer' | 'researcher' | 'admin';

type Params = z.ZodObject | undefined;
type Query = z.ZodObject | undefined;
type Body = z.ZodType | undefined;

/** A route, declared once: from it follow the check of what is asked, the types of who answers, and the documentation. */
export interface Endpoint<
  P extends Params = Params,
  Q extends Query = Query,
  B extends Body = Body,
  A extends z.ZodType = z.ZodType,
> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/api/v1`, with `:name` for each of `params`. */
  readonly path: string;
  readonly access: Access;
  /** What it gives, in a few words. */
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** A body may be left out. */
  readonly isBodyOptional?: boolean;
  /** Headers that it reads, with what they mean. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly answer: A;
  /** 200 unless said. */
  readonly status?: 200 | 201;
  /** Beside those of every route: 400, 401, 403, 429, 503. */
  readonly errors?: readonly (404 | 409 | 413 | 415 | 422 | 428)[];
  /** Of an answer that is no JSON, or not always: its media types. */
  readonly media?: readonly string[];
}

/** Declares a route: the types of its parts follow from the schemas. */
export function endpoint<
  A extends z.ZodType,
  P extends Params = undefined,
  Q extends Query = undefined,
  B extends Body = undefined,
>(declared: Endpoint<P, Q, B, A>): Endpoint<P, Q, B, A> {
  return declared;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What was asked, checked. */
export type Asked<E extends Endpoint> =
  E extends Endpoint<infer P, infer Q, infer B>
    ? { readonly params: Parsed<P>; readonly query: Parsed<Q>; readonly body: Parsed<B> }
    : never;

/** What the route promises to answer. */
export type Answered<E extends Endpoint> = DeepReadonly<z.input<E['answer']>>;

/** An answer is built from values that nobody may change. */
type DeepReadonly<Value> = Value extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;
