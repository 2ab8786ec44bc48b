import type { FastifyRequest } from 'fastify';

/** Whether who was let in would be let in again: a token may have been revoked since, and a login have ended. */
export type MayStay = () => Promise<boolean>;

const asked = new WeakMap<FastifyRequest, MayStay>();

/** Says how to find it out; whoever guards the doors does so. */
export function setMayStay(request: FastifyRequest, mayStay: MayStay): void {
  asked.set(request, mayStay);
}

/** For an answer that takes long. Without a guard whoever is there may stay. */
export function mayStay(request: FastifyRequest): MayStay {
  return asked.get(request) ?? (() => Promise.resolve(true));
}
