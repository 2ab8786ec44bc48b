import type { ContentHash } from '#kernel/content-hash.ts';

/** An object as it lies in the store. */
export interface FoundObject {
  readonly hash: ContentHash;
  /** Size in bytes. */
  readonly bytes: number;
  /** When it came into the store, in milliseconds since 1970. */
  readonly adoptedAt: number;
}

/** What is in the store and what is recorded, at one moment. */
export interface StoreState<Found extends FoundObject> {
  readonly objects: readonly Found[];
  /** Hashes that have a row. */
  readonly recorded: ReadonlySet<ContentHash>;
  /** Hashes that somebody keeps. */
  readonly kept: ReadonlySet<ContentHash>;
}

export interface Garbage<Found extends FoundObject> {
  /** Objects that no row knows. */
  readonly orphans: readonly Found[];
  /** Objects whose row nobody keeps. */
  readonly unkept: readonly Found[];
  /** Rows that nobody keeps, with or without their object. */
  readonly rows: readonly ContentHash[];
  /** What may be recorded at any moment: it stays. */
  readonly heldBack: readonly Found[];
}

/** @param before objects that came later stay, with their rows. */
export function garbageIn<Found extends FoundObject>(state: StoreState<Found>, before: number): Garbage<Found> {
  const { objects, recorded, kept } = state;
  const unwanted = objects.filter(({ hash }) => !kept.has(hash));
  const heldBack = unwanted.filter(({ adoptedAt }) => adoptedAt >= before);
  const old = unwanted.filter(({ adoptedAt }) => adoptedAt < before);
  const young = new Set(heldBack.map(({ hash }) => hash));
  return {
    orphans: old.filter(({ hash }) => !recorded.has(hash)),
    unkept: old.filter(({ hash }) => recorded.has(hash)),
    rows: [...recorded].filter((hash) => !kept.has(hash) && !young.has(hash)),
    heldBack,
  };
}
