import { DomainError, formatPlace, type Place } from '#kernel/domain-error.ts';

/** A manifest with mistakes: all that were found, each with its place. Nothing was created. */
export class ManifestError extends DomainError<'INVALID_MANIFEST'> {
  constructor(places: readonly Place[]) {
    super('INVALID_MANIFEST', sentence(places), places);
  }
}

function sentence(places: readonly Place[]): string {
  const [first] = places;
  if (first === undefined) return 'The manifest cannot be used.';
  if (places.length === 1) return `The manifest has a mistake: ${formatPlace(first)}`;
  return `The manifest has ${places.length} mistakes, the first: ${formatPlace(first)}`;
}
