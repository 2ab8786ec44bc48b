import type { SessionAnswer } from '#features/accounts/http/accounts.schema.ts';
import { useQuery } from '@tanstack/react-query';
import { reading } from './queries.ts';

export const sessionQuery = { ...reading<SessionAnswer>('/session'), staleTime: 60_000 };

/** Whether whoever looks may change things; until that is known, no. */
export function useMayWrite(): boolean {
  const { data } = useQuery(sessionQuery);
  return data?.role === 'researcher' || data?.role === 'admin';
}

/** Whether whoever looks may do what concerns others too; until that is known, no. */
export function useIsAdmin(): boolean {
  const { data } = useQuery(sessionQuery);
  return data?.role === 'admin';
}
