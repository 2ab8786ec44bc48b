import { queryOptions } from '@tanstack/react-query';
import { ApiError, get, type Listing, type Query } from './api.ts';

interface Options {
  /** Asked again when the server tells of events. */
  readonly isLive?: boolean;
}

/** A GET of the API as a query: its path and parameters are its key, and an answer that changed is asked for again. */
export function reading<Answer>(path: string, query: Query = {}, { isLive = false }: Options = {}) {
  return queryOptions({
    queryKey: [path, query],
    queryFn: ({ signal }) => get<Answer>(path, query, signal),
    meta: { isLive },
    staleTime: isLive ? 1000 : 30_000,
  });
}

/** Rows of one answer of a list, at most. */
const PAGE_ROWS = 1000;

/** All pages of a list up to `most` rows. */
export function listing<Item>(
  path: string,
  query: Query = {},
  { isLive = false, most = 5000 }: Options & { readonly most?: number } = {},
) {
  return queryOptions({
    queryKey: [path, query, most],
    queryFn: ({ signal }) => allOf<Item>(path, query, { most, signal }),
    meta: { isLive },
    staleTime: isLive ? 1000 : 30_000,
  });
}

async function allOf<Item>(
  path: string,
  query: Query,
  { most, signal }: { most: number; signal: AbortSignal },
): Promise<Listing<Item>> {
  const items: Item[] = [];
  let after: string | undefined;
  do {
    const page: Listing<Item> = await get(path, { limit: Math.min(PAGE_ROWS, most), ...query, after }, signal);
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined && items.length < most);
  return { items, next: after ?? null };
}

/** A refusal stays a refusal however often one asks; a server that is away is asked again. */
export function worthRetrying(failures: number, error: Error): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500) && failures < 2;
}
