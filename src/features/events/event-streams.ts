import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { MayStay } from '#platform/http/staying.ts';
import type { RecordedEvent } from './domain/event.ts';
import type { EventScopes } from './event-scopes.ts';
import type { EventsService } from './events.service.ts';
import { toEventAnswer } from './http/event-answer.ts';

/** How often the table is asked, for all who follow together. */
const POLL_MS = 250;
/** A proxy lets go of what is silent for long. */
const HEARTBEAT_MS = 15_000;
/** How long somebody follows whose token was revoked, at most. */
const CHECK_MS = 5_000;
/** Events that are kept for those who are a little behind. */
const KEPT = 2_000;
const PAGE = 500;

export interface FollowRequest {
  /** Number of the last event that is known. */
  readonly after: number;
  readonly experiment: string | undefined;
  /** Asked now and then. */
  readonly mayStay: MayStay;
}

interface Follower {
  readonly stream: Readable;
  readonly experiment: string | undefined;
  readonly mayStay: MayStay;
  /** Number of the last event that was looked at for it. */
  at: number;
  /** It takes more; else it is slower than what happens, and what it misses waits in the table. */
  isOpen: boolean;
  heardAt: number;
  checkedAt: number;
}

/**
 * Server-sent events for many. One loop reads the table, whoever follows; what is sent to one who is slow waits in the table and
 * not in the memory.
 */
export class EventStreams {
  private readonly followers = new Set<Follower>();
  private recent: readonly RecordedEvent[] = [];
  private isReading = false;

  constructor(
    private readonly events: EventsService,
    private readonly scopes: EventScopes,
    private readonly monotonicMs: () => number,
  ) {}

  /** A stream of text that begins after an event. It ends when its reader goes, or may not stay. */
  follow({ after, experiment, mayStay }: FollowRequest): Readable {
    const stream = new Readable({
      read: () => {
        follower.isOpen = true;
      },
    });
    const now = this.monotonicMs();
    const follower = { stream, experiment, mayStay, at: after, isOpen: true, heardAt: now, checkedAt: now };
    this.followers.add(follower);
    stream.once('close', () => this.followers.delete(follower));
    stream.push('retry: 1000\n\n');
    this.start();
    return stream;
  }

  /** Ends all streams. */
  close(): void {
    for (const { stream } of this.followers) stream.push(null);
    this.followers.clear();
  }

  private start(): void {
    if (this.isReading) return;
    this.isReading = true;
    void this.readOn().finally(() => {
      this.isReading = false;
    });
  }

  private async readOn(): Promise<void> {
    while (this.followers.size > 0) {
      // Where the data base does not answer, streams stay, and go on when it does.
      await this.turn().catch(() => undefined);
      await delay(POLL_MS);
    }
    this.recent = [];
    this.scopes.forget();
  }

  private async turn(): Promise<void> {
    await this.readRecent();
    for (const follower of this.followers) {
      if (follower.isOpen) await this.feed(follower);
      if (follower.isOpen && this.monotonicMs() - follower.heardAt > HEARTBEAT_MS) this.say(follower, ': \n\n');
      this.check(follower);
    }
  }

  /** Nobody else waits for the answer. Where none comes the stream stays, and is asked about again. */
  private check(follower: Follower): void {
    if (this.monotonicMs() - follower.checkedAt <= CHECK_MS) return;
    follower.checkedAt = this.monotonicMs();
    void follower.mayStay().then(
      (may) => may || follower.stream.push(null),
      () => undefined,
    );
  }

  private async readRecent(): Promise<void> {
    const last = this.recent.at(-1)?.number ?? Math.max(0, (await this.events.latestNumber()) - KEPT);
    const fresh = await this.events.after(last, PAGE);
    this.scopes.hear(fresh);
    if (fresh.length > 0) this.recent = [...this.recent, ...fresh].slice(-KEPT);
  }

  private async feed(follower: Follower): Promise<void> {
    const { experiment } = follower;
    const subjects = experiment === undefined ? null : await this.scopes.subjectsOf(experiment);
    for (const event of await this.eventsAfter(follower.at)) {
      if (!follower.isOpen) return;
      follower.at = event.number;
      if (subjects === null || subjects.has(event.subject.id)) this.say(follower, spelled(event));
    }
  }

  /** From the memory where that reaches back so far, else from the table. */
  private eventsAfter(number: number): readonly RecordedEvent[] | Promise<readonly RecordedEvent[]> {
    const [oldest] = this.recent;
    if (oldest === undefined) return [];
    if (oldest.number > number + 1) return this.events.after(number, PAGE);
    return this.recent.slice(Math.max(0, number + 1 - oldest.number));
  }

  private say(follower: Follower, text: string): void {
    follower.heardAt = this.monotonicMs();
    follower.isOpen = follower.stream.push(text);
  }
}

function spelled(event: RecordedEvent): string {
  return `id: ${event.number}\ndata: ${JSON.stringify(toEventAnswer(event))}\n\n`;
}
