import type { ContentHash } from '#kernel/content-hash.ts';
import { DomainError } from '#kernel/domain-error.ts';

export type OwnerKind = 'dataset' | 'stage' | 'execution';

/** Named bytes, kept by content hash, linked to what made them. */
export interface Artifact {
  readonly hash: ContentHash;
  /** Size in bytes. */
  readonly bytes: number;
  readonly name: string;
  readonly owner: { readonly kind: OwnerKind; readonly id: string };
}

/** How many owners keep the bytes of each hash, under whatever names. */
export function countReferences(artifacts: readonly Artifact[]): ReadonlyMap<ContentHash, number> {
  const owners = new Map<ContentHash, Set<string>>();
  for (const { hash, owner } of artifacts) {
    const known = owners.get(hash) ?? new Set();
    owners.set(hash, known.add(`${owner.kind}/${owner.id}`));
  }
  return new Map([...owners].map(([hash, { size }]) => [hash, size]));
}

export class ArtifactNotFoundError extends DomainError<'ARTIFACT_NOT_FOUND'> {
  constructor(hash: string) {
    super(
      'ARTIFACT_NOT_FOUND',
      `No artifact whose hash begins with ${JSON.stringify(hash)}. \`sprintlab artifacts list\` shows what is kept.`,
    );
  }
}

export class AmbiguousHashError extends DomainError<'AMBIGUOUS_HASH'> {
  constructor(prefix: string, matches: number) {
    super('AMBIGUOUS_HASH', `${prefix} begins ${matches} hashes; give more of its digits.`);
  }
}
