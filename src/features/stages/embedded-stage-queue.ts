import type { StageClaims } from './stage-claims.ts';
import { StageQueue, type Claim, type ClaimRequest } from './stage-queue.port.ts';

/** The data base itself as the queue: what is ready there waits there. */
export class EmbeddedStageQueue extends StageQueue {
  constructor(private readonly claims: StageClaims) {
    super();
  }

  override claim(request: ClaimRequest): Promise<readonly Claim[]> {
    return this.claims.claimNext(request);
  }

  override offer(): Promise<void> {
    return Promise.resolve();
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}
