import type { Readable } from 'node:stream';
import 'reflect-metadata';
import {
  createParamDecorator,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
  type ExecutionContext,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { parseAsked } from './asked.ts';
import type { Access, Answered, Asked, Endpoint } from './endpoint.ts';
import { projected } from './projection.ts';

/** Where a method keeps the route that it answers. */
const ENDPOINT = 'sprintlab:endpoint';
const ACCESS = 'sprintlab:access';

/** Whom a method answers that is outside of the documented routes. */
export function Lets(access: Access): MethodDecorator {
  return SetMetadata(ACCESS, access);
}

/** Whom a method answers. @throws Error where it does not say: then nobody, rather than anybody */
export function accessOf(method: object): Access {
  const declared: unknown = Reflect.getMetadata(ENDPOINT, method);
  if (declared !== undefined) return (declared as Endpoint).access;
  const access = Reflect.getMetadata(ACCESS, method) as Access | undefined;
  if (access === undefined)
    throw new Error(`${method instanceof Function ? method.name : 'A method'} says not whom it answers.`);
  return access;
}

const METHODS = { GET: RequestMethod.GET, POST: RequestMethod.POST, DELETE: RequestMethod.DELETE } as const;

const Parsed = createParamDecorator((declared: Endpoint, context: ExecutionContext) =>
  parseAsked(declared, context.switchToHttp().getRequest<FastifyRequest>()),
);

type Answering<E extends Endpoint> = (
  asked: Asked<E>,
  ...others: never[]
) => Promise<Answered<E> | Readable> | Answered<E> | Readable;

/**
 * Has a method answer a route. Its first argument is what was asked, checked; others are Nest's own. A list is cut to the `fields`
 * that were asked for; a stream goes out as it is.
 */
export function Serve<E extends Endpoint>(declared: E) {
  return <Method extends Answering<E>>(
    target: object,
    name: string,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    const answering = descriptor.value;
    if (answering === undefined) throw new Error(`${name} is no method.`);
    // A function of its own: the answer is changed on its way out, and nothing of the controller is.
    const served = async function (this: unknown, asked: Asked<E>, ...others: never[]): Promise<unknown> {
      const answer = await answering.call(this, asked, ...others);
      return projected(declared, asked.query, answer);
    };
    const decorated = { ...descriptor, value: served as Method };
    Object.defineProperty(target, name, decorated);
    RequestMapping({ path: declared.path, method: METHODS[declared.method] })(target, name, decorated);
    HttpCode(declared.status ?? 200)(target, name, decorated);
    SetMetadata(ENDPOINT, declared)(target, name, decorated);
    Parsed(declared)(target, name, 0);
    Object.assign(descriptor, decorated);
  };
}

/** The routes of some controllers, in their order. */
export function endpointsOf(controllers: readonly { readonly prototype: object }[]): readonly Endpoint[] {
  return controllers.flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
      const declared: unknown = typeof method === 'function' ? Reflect.getMetadata(ENDPOINT, method) : undefined;
      return declared === undefined ? [] : [declared as Endpoint];
    }),
  );
}
