import type { Stage } from './domain/stage.ts';
import type { WorkerIdentity } from './domain/worker-identity.ts';

/** The right to run a stage until the lease ends. The token grows with every claim: a late writer is told by it. */
export interface Claim {
  readonly stage: Stage;
  readonly execution: string;
  readonly token: number;
}

export interface ClaimRequest {
  readonly worker: WorkerIdentity;
  /** The most stages. */
  readonly slots: number;
  /** Of one submission only; `null` for whatever is most urgent. */
  readonly submission: string | null;
}

/** How long a claim holds without being renewed. */
export const LEASE_MS = 15_000;

/**
 * Hands out stages that are ready. The state of a stage is in the data base, whatever the queue: what a queue loses, it is
 * offered again. Promises (test/contracts/stage-queue.contract.ts):
 * - one ready stage goes to one claimant, however many ask at once;
 * - more urgent stages go first, of equally urgent ones those that come first in their plan;
 * - a stage planned for other code than the claimant's is not handed to him.
 */
export abstract class StageQueue {
  /** Up to so many stages, now running under a lease; none when none is ready. */
  abstract claim(request: ClaimRequest): Promise<readonly Claim[]>;
  /** Makes sure that every ready stage waits here. To offer one again does no harm. */
  abstract offer(): Promise<void>;
  abstract close(): Promise<void>;
}
