import type { Query, QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { address } from './api.ts';
import { sessionQuery } from './session.ts';

export type Connection = 'opening' | 'open' | 'lost';

const RETRY_MS = 2000;
/** Many events in a burst are one refresh. */
const GATHER_MS = 700;

/** What changes while it is looked at. */
const LIVE = { predicate: ({ meta }: Query) => meta?.['isLive'] === true };

/**
 * Follows the server's events and has what is shown asked again. It remembers the number of the last event, so that after
 * a break it goes on from there; the break itself is told to whoever shows it.
 */
class LiveFeed {
  private connection: Connection = 'opening';
  private readonly watchers = new Set<() => void>();
  private source: EventSource | null = null;
  private lastNumber: number | null = null;
  private refresh: ReturnType<typeof setTimeout> | null = null;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private client: QueryClient | null = null;

  start(client: QueryClient): void {
    this.client = client;
    if (this.source === null && this.retry === null) this.open();
  }

  /** For when nobody is known any more, who could follow. */
  stop(): void {
    this.source?.close();
    this.source = null;
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = null;
    this.become('opening');
  }

  readonly subscribe = (changed: () => void): (() => void) => {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  };

  readonly current = (): Connection => this.connection;

  private open(): void {
    const source = new EventSource(address('/events', this.lastNumber === null ? {} : { after: this.lastNumber }));
    this.source = source;
    source.onopen = () => {
      const wasLost = this.connection === 'lost';
      this.become('open');
      if (wasLost) void this.client?.invalidateQueries();
      // What was answered before the stream began may be older than it.
      else this.askAgainSoon();
    };
    source.onmessage = ({ lastEventId }) => {
      if (lastEventId !== '') this.lastNumber = Number(lastEventId);
      this.askAgainSoon();
    };
    source.onerror = () => {
      this.become('lost');
      // The browser's own retry gives up after an answer that is no stream, for instance of a proxy.
      source.close();
      this.source = null;
      this.retry = setTimeout(() => {
        this.retry = null;
        this.open();
      }, RETRY_MS);
      // Perhaps it was ended since who follows may not any more: a stream cannot say so.
      void this.client?.invalidateQueries({ queryKey: sessionQuery.queryKey });
    };
  }

  private askAgainSoon(): void {
    this.refresh ??= setTimeout(() => {
      this.refresh = null;
      // A slow answer would never come if every event had it asked for anew: it is asked again when it is there.
      if ((this.client?.isFetching(LIVE) ?? 0) > 0) this.askAgainSoon();
      void this.client?.invalidateQueries(LIVE, { cancelRefetch: false });
    }, GATHER_MS);
  }

  private become(connection: Connection): void {
    if (this.connection === connection) return;
    this.connection = connection;
    for (const changed of this.watchers) changed();
  }
}

export const liveFeed = new LiveFeed();

export function useConnection(): Connection {
  return useSyncExternalStore(liveFeed.subscribe, liveFeed.current);
}
