import { useQuery } from '@tanstack/react-query';
import { Navigate, useRouterState } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { ApiError } from '../lib/api.ts';
import { liveFeed } from '../lib/live.ts';
import { sessionQuery } from '../lib/session.ts';
import { queryClient } from './query-client.ts';

/** Where the server has accounts, nothing is shown to nobody. */
export function AccountGate({ children }: { readonly children: ReactNode }) {
  const { data, error } = useQuery(sessionQuery);
  const here = useRouterState({ select: ({ location }) => location.href });
  const isNobody = data?.role === null || (error instanceof ApiError && error.status === 401);
  // Also where the server could not be asked: the feed is what notices that it is back.
  const isKnown = (data !== undefined || error !== null) && !isNobody;
  useEffect(() => {
    if (isKnown) liveFeed.start(queryClient);
    else if (isNobody) liveFeed.stop();
  }, [isKnown, isNobody]);
  return isNobody ? <Navigate to="/login" search={{ then: here }} replace /> : children;
}
