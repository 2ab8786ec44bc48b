import { setImmediate as breathe, setTimeout as pause } from 'node:timers/promises';
import type { RecordedEvent } from '#features/events/domain/event.ts';
import type { EventsService } from '#features/events/events.service.ts';
import type { CodeVersions } from '#features/experiments/domain/planned-stages.ts';
import type { Leadership } from '#features/scheduling/leadership.ts';
import type { Clock } from '#kernel/clock.ts';
import { isDomainError } from '#kernel/domain-error.ts';
import { MlflowUnavailableError } from '#platform/mlflow/mlflow-errors.ts';
import type { Mlflow } from '#platform/mlflow/mlflow.ts';
import { PromptBook } from './prompt-book.ts';
import type { Window } from './domain/expected-run.ts';
import { EventTeller } from './event-teller.ts';
import type { MirrorLedger } from './mirror-ledger.ts';
import { RunSource, type RunSourceTools } from './run-source.ts';
import { RunWriter } from './run-writer.ts';
import { TraceSource } from './trace-source.ts';

export interface MirrorTools extends RunSourceTools {
  readonly events: EventsService;
  readonly clock: Clock;
  readonly ledger: MirrorLedger;
  readonly codeVersions: CodeVersions;
  readonly leadership: Pick<Leadership, 'hold' | 'resign'>;
  readonly openMlflow: () => Promise<Mlflow>;
}

export interface MirrorNews {
  readonly onTrouble: (error: unknown) => void;
  readonly onOver: () => void;
}

/** Events of one round: a crash repeats no more, and more of them fill larger batches. */
const PAGE = 1_000;
/** How long it rests when all was told, in milliseconds: the longer, the fewer and larger its requests. */
const IDLE_MS = 5_000;
/** How long after a trouble, doubled each time. */
const PAUSE_MS = { first: 1_000, most: 60_000 };

/** How often in a row a drain tries what may pass. */
const TRIES = 5;
/** How often a leader says so meanwhile. */
const BEAT_MS = 2_000;

/** What a round failed by: something that may pass in a moment, or that lasts. */
type Failure = 'again' | 'in vain';

/** What came of one round. */
type Round = 'more is left' | 'told' | 'nothing left' | 'another tells';

/**
 * Tells MLflow what happened, in the order in which it did. The chain of events is its outbox: written in the transaction
 * that made the fact, and never skipped, since a number is given under one lock. What it keeps is the number up to which a
 * server was told; a round that was interrupted is done again, and after one that may have been half done it reads what
 * the server has and sends the difference.
 */
export class Mirror {
  private link: Promise<Link> | null = null;
  private readonly waiting: (() => void)[] = [];
  /** Ends a rest early. */
  private alarm = new AbortController();
  /** At first nobody knows how far the process before this one came. */
  private isUncertain = true;
  /** Number of the last event when this process began to tell: what is older may have been told before, by another address too. */
  private bornAt: number | null = null;
  /** Up to which event this process told; `null` before its first round. */
  private toldThrough: number | null = null;
  private readonly source: RunSource;

  constructor(private readonly tools: MirrorTools) {
    this.source = new RunSource(tools);
  }

  /**
   * Mirrors while something else goes on, and at its end what is left, for a moment. Whatever goes wrong is told and tried
   * again: it holds up nobody but MLflow's readers.
   * @param settleMs how long that moment may be: asked when the work has ended
   */
  async beside<Result>(work: () => Promise<Result>, news: MirrorNews, settleMs: () => number): Promise<Result> {
    const end = new AbortController();
    const mirroring = this.run(end.signal, news);
    try {
      return await work();
    } finally {
      await Promise.race([this.caughtUp(), pause(settleMs(), undefined, { signal: end.signal })]);
      end.abort();
      await this.close();
      await mirroring;
    }
  }

  /** Tells all that there is. @returns whether all was told: not while another process tells, or when it was stopped */
  async drain(signal: AbortSignal): Promise<boolean> {
    for (let failures = 0; !signal.aborted;) {
      const round = await this.round().catch((error: unknown) => {
        this.doubt();
        failures += 1;
        if (!mayPass(error) || failures > TRIES) throw error;
        return null;
      });
      if (round === null) await pause(PAUSE_MS.first * failures, undefined, { signal }).catch(() => undefined);
      else if (round === 'told' || round === 'more is left') failures = 0;
      else return round === 'nothing left';
    }
    return false;
  }

  /** Lets another process tell, and lets go of the server. */
  async close(): Promise<void> {
    await this.tools.leadership.resign();
    const link = await this.link?.catch(() => null);
    await link?.mlflow.close();
    this.link = null;
  }

  /** The server, greeted; what its version or its doors refuse is said before anything is sent. */
  async connect(): Promise<Link> {
    this.link ??= this.open();
    try {
      return await this.link;
    } catch (error) {
      this.link = null;
      throw error;
    }
  }

  private async run(signal: AbortSignal, news: MirrorNews): Promise<void> {
    let waitMs = PAUSE_MS.first;
    while (!signal.aborted) {
      const waiting = this.waiting.splice(0);
      const round = await this.triedRound(signal, news);
      const goesOn = round === 'told' || round === 'more is left';
      if (goesOn || round === 'again') this.waiting.push(...waiting);
      else waiting.forEach((wake) => wake());
      const isTrouble = round === 'again' || round === 'in vain';
      await this.restAfter(round, isTrouble ? waitMs : IDLE_MS, signal);
      waitMs = isTrouble ? Math.min(PAUSE_MS.most, waitMs * 2) : PAUSE_MS.first;
    }
  }

  /** Resolves when a round that begins from now on finds nothing left to tell, or nobody to tell it. */
  private caughtUp(): Promise<void> {
    return new Promise((wake) => {
      this.waiting.push(wake);
      this.alarm.abort();
    });
  }

  /** Not while more is left; what happens meanwhile fills one batch in place of many, unless somebody waits for the end. */
  private async restAfter(round: Round | Failure, ms: number, signal: AbortSignal): Promise<void> {
    if (round === 'more is left' || (round === 'told' && this.waiting.length > 0)) return;
    const resting = () => this.rest(ms, signal);
    await (round === 'told' || round === 'nothing left' ? this.leading(resting) : resting());
  }

  private async rest(ms: number, signal: AbortSignal): Promise<void> {
    this.alarm = new AbortController();
    // Somebody waits: what passes has passed in a second, or will not for a while.
    const restMs = this.waiting.length > 0 ? PAUSE_MS.first : ms;
    await pause(restMs, undefined, { signal: AbortSignal.any([signal, this.alarm.signal]) }).catch(() => undefined);
  }

  private async triedRound(signal: AbortSignal, news: MirrorNews): Promise<Round | Failure> {
    try {
      const round = await this.round();
      news.onOver();
      return round;
    } catch (error) {
      this.doubt();
      // What fails because it was ended is done by the next process.
      if (signal.aborted) return 'in vain';
      news.onTrouble(error);
      // Where the data base is what fails, nothing can be noted, and nothing is lost.
      if (isDomainError(error)) await this.tools.ledger.note(error.message).catch(() => undefined);
      return mayPass(error) ? 'again' : 'in vain';
    }
  }

  private async round(): Promise<Round> {
    if (!(await this.tools.leadership.hold())) {
      this.doubt();
      return 'another tells';
    }
    const { mirroredThrough: after, problem } = await this.tools.ledger.standing();
    if (after !== this.toldThrough) this.doubt();
    const events = await this.tools.events.after(after, PAGE);
    const through = events.at(-1)?.number;
    if (through === undefined) {
      if (problem !== null) await this.tools.ledger.note(null);
      return 'nothing left';
    }
    const isStillLeader = await this.leading(() => this.tellOf(events, { after, through }));
    // Whoever has taken over tells the same again, and finds it there.
    if (!isStillLeader || !(await this.tools.ledger.advance(after, through))) {
      this.doubt();
      return 'another tells';
    }
    [this.isUncertain, this.toldThrough] = [false, through];
    // SQLite answers at once: many rounds without a request in them would let nobody else of this process have a turn.
    await breathe();
    return events.length < PAGE ? 'told' : 'more is left';
  }

  private async tellOf(events: readonly RecordedEvent[], window: Window): Promise<void> {
    await this.tools.ledger.begin();
    const { writer } = await this.connect();
    this.bornAt ??= await this.tools.events.latestNumber();
    const { isUncertain } = this;
    const telling = { ...window, isUncertain, mayBeThere: isUncertain || window.after < this.bornAt };
    await new EventTeller(this.tools, this.source, writer).tell(events, telling);
  }

  /** What the server has, or our rows say, may be another than was thought: another told meanwhile, or an answer did not come. */
  private doubt(): void {
    this.isUncertain = true;
    this.source.forgetAll();
  }

  /** A round, or a rest, may take longer than the lease of a leader. @returns whether it led all the time */
  private async leading(work: () => Promise<void>): Promise<boolean> {
    let isLeader = true;
    const beat = setInterval(() => {
      const note = (isHeld: boolean): void => void (isLeader = isLeader && isHeld);
      // Where the data base does not answer, it is the end of the round that fails.
      this.tools.leadership.hold().then(note, () => undefined);
    }, BEAT_MS);
    await work().finally(() => clearInterval(beat));
    return isLeader;
  }

  private async open(): Promise<Link> {
    const mlflow = await this.tools.openMlflow();
    try {
      return this.linkTo(mlflow, await mlflow.greet());
    } catch (error) {
      await mlflow.close();
      throw error;
    }
  }

  private linkTo(mlflow: Mlflow, version: string): Link {
    const { ledger, artifacts, calls, clock, codeVersions } = this.tools;
    const prompts = new PromptBook(mlflow.prompts, codeVersions);
    const writer = new RunWriter({ mlflow, ledger, artifacts, clock, prompts, traces: new TraceSource(calls) });
    return { mlflow, version, writer };
  }
}

/** A server that has been greeted. */
export interface Link {
  readonly mlflow: Mlflow;
  readonly version: string;
  readonly writer: RunWriter;
}

/** A server that is there may do in a moment what it does not do now. */
function mayPass(error: unknown): boolean {
  return error instanceof MlflowUnavailableError && error.isThere;
}
