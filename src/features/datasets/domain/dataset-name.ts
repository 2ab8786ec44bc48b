import { DomainError, placeOf } from '#kernel/domain-error.ts';

export type DatasetName = string & { readonly __brand: 'DatasetName' };

const PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export class InvalidDatasetNameError extends DomainError<'INVALID_DATASET_NAME'> {
  constructor(readonly given: string) {
    const problem = `${JSON.stringify(given)} cannot name a data set`;
    const allowed =
      '1 to 64 of the characters a-z, 0-9, dot, underscore and hyphen, starting with a letter or a digit, for instance amazon-beauty';
    const suggestion = asName(given);
    super('INVALID_DATASET_NAME', `${problem}: use ${allowed}.`, [placeOf({ problem, allowed, suggestion })]);
  }
}

/** @throws InvalidDatasetNameError for a name that a manifest, a folder and an address could not all carry. */
export function parseDatasetName(text: string): DatasetName {
  if (!PATTERN.test(text)) throw new InvalidDatasetNameError(text);
  return text as DatasetName;
}

function asName(text: string): string | null {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 64);
  return PATTERN.test(name) ? name : null;
}
