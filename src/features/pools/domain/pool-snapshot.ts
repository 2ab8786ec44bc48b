import type { StageKey } from '#features/stages/domain/stage.ts';
import type { ContentHash } from '#kernel/content-hash.ts';
import { DomainError } from '#kernel/domain-error.ts';
import { activeIntents, type IntentPool } from '#science/intents/intent-pool.ts';
import type { StageKind } from '#science/stages/stage.ts';

/** The stages that make a pool, each from that of the one before. */
export const POOL_KINDS = ['pool', 'profiling-batch', 'profiling-finalise'] as const satisfies readonly StageKind[];

/** The artifact in which they keep it. */
export const POOL_ARTIFACT = 'pool.json';

/** The intent pool as one stage left it. */
export interface PoolSnapshot {
  readonly stage: StageKey;
  readonly kind: StageKind;
  /** Of its artifact. */
  readonly artifact: ContentHash;
  readonly pool: IntentPool;
}

/** A pool in numbers. */
export interface PoolSize {
  readonly stage: StageKey;
  readonly kind: StageKind;
  readonly version: number;
  /** Active intents. */
  readonly size: number;
  readonly retired: number;
  readonly artifact: ContentHash;
}

export function sizeOf({ stage, kind, artifact, pool }: PoolSnapshot): PoolSize {
  const size = activeIntents(pool).length;
  return { stage, kind, version: pool.version, size, retired: pool.intents.length - size, artifact };
}

export class PoolNotFoundError extends DomainError<'POOL_NOT_FOUND'> {
  constructor(id: string) {
    super(
      'POOL_NOT_FOUND',
      `No trial and no stage with an intent pool has an id that begins with ${JSON.stringify(id)}. \`sprintlab pools list\` shows the pools.`,
    );
  }
}
