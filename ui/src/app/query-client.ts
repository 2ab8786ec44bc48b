import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../lib/api.ts';
import { worthRetrying } from '../lib/queries.ts';
import { sessionQuery } from '../lib/session.ts';

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // A token that ran out, or was revoked, is noticed by the first answer: who one is, is asked again.
    onError: (error, query) => {
      const isRefused = error instanceof ApiError && error.status === 401;
      if (isRefused && query.queryKey[0] !== sessionQuery.queryKey[0])
        void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  }),
  defaultOptions: { queries: { retry: worthRetrying, retryDelay: 600, refetchOnWindowFocus: false } },
});
