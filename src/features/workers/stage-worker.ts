import { setTimeout as delay } from 'node:timers/promises';
import type { StageLedger } from '#features/stages/stage-ledger.ts';
import { LEASE_MS, type Claim, type StageQueue } from '#features/stages/stage-queue.port.ts';
import type { WorkerIdentity } from '#features/stages/domain/worker-identity.ts';
import { Execution, type ExecutionTools, type WorkNews } from './execution.ts';
import type { WorkersService } from './workers.service.ts';

export interface Work {
  /** Of one submission only; `null` for whatever is most urgent. */
  readonly submission: string | null;
  /** Processes at once. */
  readonly slots: number;
  readonly signal: AbortSignal;
  readonly onNews: (news: WorkNews) => void;
  /** Asked when nothing is ready and nothing runs here: is there nothing to wait for either? */
  readonly isOver: () => Promise<boolean>;
  /** After each end of a stage, before the next is claimed. */
  readonly afterEach: () => Promise<void>;
  /** What kept it from claiming while others of its stages run; without, it ends when they have. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface WorkerTools extends Omit<ExecutionTools, 'environment'> {
  readonly queue: StageQueue;
  readonly ledger: StageLedger;
  readonly workers: WorkersService;
  readonly identity: WorkerIdentity;
}

/** How long an idle worker waits before it looks again, when none of its stages ended in between. */
const IDLE_MS = 250;
/** How often it looks whether its stages are still its own: a cancelled one is gone within two seconds. */
const LOOK_MS = 500;
/** How long it rests after it could not claim. */
const TROUBLE_MS = 1_000;
/** Every so many looks it renews its leases and says that it lives. */
const LOOKS_A_RENEWAL = Math.floor(LEASE_MS / 3 / LOOK_MS);

interface Running {
  readonly claim: Claim;
  readonly lost: AbortController;
  readonly end: Promise<void>;
}

/** Claims stages and has each run in a process of its own. The leases are renewed here, never by the busy child. */
export class StageWorker {
  private readonly running = new Map<string, Running>();
  /** Called when a stage has ended. */
  private wake = (): void => undefined;

  constructor(private readonly tools: WorkerTools) {}

  /** Returns when `isOver` says so, or soon after `signal` is aborted. @throws what could not be recorded. */
  async work(work: Work): Promise<void> {
    const broken = new AbortController();
    const stop = AbortSignal.any([work.signal, broken.signal]);
    const registration = await this.tools.workers.register(this.tools.identity, work.slots);
    let looks = 0;
    const heart = setInterval(() => {
      looks += 1;
      void this.look(looks % LOOKS_A_RENEWAL === 0 ? registration : null).catch(() => undefined);
    }, LOOK_MS);
    try {
      await this.claimUntilOver({ ...work, signal: stop }, (error) => broken.abort(error));
    } finally {
      // All are waited for: one that goes on would use a data base that its owner has closed.
      await Promise.all([...this.running.values()].map(({ end }) => end));
      clearInterval(heart);
      await this.tools.workers.end(registration).catch(() => undefined);
    }
    if (broken.signal.aborted) throw broken.signal.reason;
  }

  private async claimUntilOver(work: Work, onBroken: (error: unknown) => void): Promise<void> {
    const { identity: worker, queue } = this.tools;
    while (!work.signal.aborted) {
      const slots = work.slots - this.running.size;
      const request = { worker, slots, submission: work.submission };
      const claims = slots === 0 ? [] : await queue.claim(request).catch((error: unknown) => this.bear(error, work));
      for (const claim of claims) this.start(claim, work, onBroken);
      if (claims.length === 0 && this.running.size === 0 && (await work.isOver())) return;
      if (this.running.size === work.slots || claims.length === 0) await this.somethingEnded(work);
    }
  }

  /** Or, where a slot is free, some time has passed in which a stage may have become ready. */
  private async somethingEnded(work: Work): Promise<void> {
    const before = this.running.size;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (before < work.slots) setTimeout(resolve, IDLE_MS);
    });
    if (this.running.size < before && !work.signal.aborted) await work.afterEach();
  }

  /** Its stages go on, and their leases are renewed, while it cannot claim others. */
  private async bear(error: unknown, { onTrouble }: Work): Promise<readonly Claim[]> {
    if (this.running.size === 0 || onTrouble === undefined) throw error;
    onTrouble(error);
    await delay(TROUBLE_MS);
    return [];
  }

  private start(claim: Claim, work: Work, onBroken: (error: unknown) => void): void {
    const lost = new AbortController();
    const { environment } = this.tools.identity;
    const watch = { stop: work.signal, lost: lost.signal, onNews: work.onNews };
    const execution = new Execution({ ...this.tools, environment }, claim, watch);
    const end = execution
      .run()
      // Where one stage cannot record what it did (a full disk), the others cannot either.
      .catch(onBroken)
      .finally(() => {
        this.running.delete(claim.execution);
        this.wake();
      });
    this.running.set(claim.execution, { claim, lost, end });
  }

  /** Lets go what was taken away, and now and then renews what was not. */
  private async look(registration: string | null): Promise<void> {
    const running = [...this.running.values()];
    if (registration !== null) await this.tools.workers.seen(registration);
    if (running.length === 0) return;
    const held = await this.tools.ledger.held(running.map(({ claim }) => claim.execution));
    for (const { claim, lost } of running) if (!held.has(claim.execution)) lost.abort();
    if (registration !== null) await this.tools.ledger.renewAll(running.map(({ claim }) => claim));
  }
}
