import { isDomainError, type Place } from '#kernel/domain-error.ts';

/** What a user, or a program, is told of a refusal: the same in every program. */
export interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string; readonly places: readonly Place[] };
}

export function toErrorAnswer(error: unknown): ErrorAnswer {
  if (isDomainError(error)) {
    return { error: { code: error.code, message: error.message, places: error.places } };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { error: { code: 'DEFECT', message: `Something that should not happen did: ${message}`, places: [] } };
}
