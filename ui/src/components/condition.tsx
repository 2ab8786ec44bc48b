import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle, IconPlugConnectedX } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../lib/api.ts';

/** Nothing is here yet: says why, and what would bring something. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="card" style={{ padding: '36px 28px' }}>
      <Text fw={560} size="lg">
        {title}
      </Text>
      {children !== undefined && (
        <div className="prose" style={{ color: 'var(--ink-2)', marginTop: 6 }}>
          {children}
        </div>
      )}
    </div>
  );
}

/** Holds the place of what comes, in about its size, so that nothing jumps. */
export function Loading({ rows = 6 }: { readonly rows?: number }) {
  return (
    <Stack gap={10} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={index === 0 ? 22 : 16} width={`${94 - ((index * 17) % 40)}%`} radius="sm" />
      ))}
    </Stack>
  );
}

interface FailedProps {
  readonly error: Error;
  readonly retry?: () => unknown;
}

export function Failed({ error, retry }: FailedProps) {
  const isAway = error instanceof ApiError && error.status === 0;
  const Icon = isAway ? IconPlugConnectedX : IconAlertTriangle;
  return (
    <div className="note" data-tone="failed" role="alert">
      <Icon size={18} aria-hidden />
      <div style={{ minWidth: 0 }}>
        <div style={{ fontWeight: 560 }}>{titleOf(error)}</div>
        <div>{error.message}</div>
        {retry !== undefined && isWorthRetrying(error) && (
          <Button size="compact-sm" variant="default" mt={8} onClick={() => void retry()}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}

export function Caution({ children }: { readonly children: ReactNode }) {
  return (
    <div className="note" data-tone="caution">
      <IconAlertTriangle size={16} aria-hidden />
      <div style={{ minWidth: 0 }}>{children}</div>
    </div>
  );
}

export function Hint({ children }: { readonly children: ReactNode }) {
  return (
    <div className="note">
      <IconInfoCircle size={16} aria-hidden />
      <div style={{ minWidth: 0 }}>{children}</div>
    </div>
  );
}

interface AnsweredProps<Data> {
  readonly query: UseQueryResult<Data>;
  readonly rows?: number;
  readonly children: (data: Data) => ReactNode;
}

/** Loading, failed or there; what was there stays, marked as old, while the server cannot be asked. */
export function Answered<Data>({ query, rows = 6, children }: AnsweredProps<Data>) {
  const { data, error } = query;
  if (data === undefined)
    return error === null ? <Loading rows={rows} /> : <Failed error={error} retry={query.refetch} />;
  return (
    <>
      {error !== null && <Outdated error={error} since={query.dataUpdatedAt} />}
      {children(data)}
    </>
  );
}

function Outdated({ error, since }: { readonly error: Error; readonly since: number }) {
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <div style={{ marginBottom: 12 }}>
      <Caution>
        {isGone
          ? 'This was deleted meanwhile; what is shown is how it was at '
          : 'This could not be refreshed; it is as it was at '}
        <span className="num">{new Date(since).toLocaleTimeString('en-GB')}</span>. {isGone ? '' : error.message}
      </Caution>
    </div>
  );
}

function isWorthRetrying(error: Error): boolean {
  return !(error instanceof ApiError) || ![400, 403, 404].includes(error.status);
}

function titleOf(error: Error): string {
  if (!(error instanceof ApiError)) return 'This part of the page failed';
  const titles: Readonly<Record<number, string>> = {
    0: 'No connection',
    401: 'Sign in first',
    403: 'Not allowed',
    404: 'Not here',
    409: 'Not possible now',
    429: 'Too many requests',
  };
  return titles[error.status] ?? 'That did not work';
}
