import { DomainError } from '#kernel/domain-error.ts';
import type { Manifest } from './manifest-schema.ts';

/** A named manifest. A change of the manifest, of its data or of the code that runs it makes a new revision. */
export interface Experiment {
  readonly name: string;
  readonly createdAt: Date;
}

export interface Revision {
  /** Hash of the manifest and of every stage that it plans. */
  readonly id: string;
  readonly experiment: string;
  /** 1, 2, 3, … */
  readonly number: number;
  readonly manifest: Manifest;
  /** The manifest as written; where it extends others, with them merged into it. */
  readonly source: string;
  readonly createdAt: Date;
}

export class ExperimentNotFoundError extends DomainError<'EXPERIMENT_NOT_FOUND'> {
  constructor(name: string, known: readonly string[], suggestion: string | null) {
    const hint = suggestion === null ? '' : ` Did you mean ${suggestion}?`;
    const all =
      known.length === 0 ? 'There is none yet: `sprintlab run MANIFEST` makes one.' : `There are: ${known.join(', ')}.`;
    super('EXPERIMENT_NOT_FOUND', `No experiment ${JSON.stringify(name)}.${hint} ${all}`);
  }
}

export class RevisionNotFoundError extends DomainError<'REVISION_NOT_FOUND'> {
  constructor(experiment: string, asked: string, latest: number) {
    super(
      'REVISION_NOT_FOUND',
      `Experiment ${experiment} has no revision ${JSON.stringify(asked)}; it has 1 to ${latest}.`,
    );
  }
}

/** `NAME` or `NAME@REVISION`, as `compare` takes it. */
export function parseExperimentReference(text: string): { readonly name: string; readonly revision: string | null } {
  const at = text.lastIndexOf('@');
  return at < 0 ? { name: text, revision: null } : { name: text.slice(0, at), revision: text.slice(at + 1) };
}
