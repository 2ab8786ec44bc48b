import { Button, PasswordInput, Stack, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Brand } from '../../components/brand.tsx';
import { send } from '../../lib/api.ts';
import { sessionQuery } from '../../lib/session.ts';

const route = getRouteApi('/login');

/** A token opens a login of this browser; the token itself is not kept. */
export function LoginPage() {
  const { then } = route.useSearch();
  const router = useRouter();
  const client = useQueryClient();
  const [token, setToken] = useState('');
  const login = useMutation({
    mutationFn: () => send('POST', '/session', { token: token.trim() }),
    onSuccess: async () => {
      await client.resetQueries({ queryKey: sessionQuery.queryKey });
      router.history.push(ownAddress(then));
    },
  });
  useEffect(() => {
    document.title = 'Sign in · Sprintlab';
  }, []);
  return (
    <main style={{ display: 'grid', placeItems: 'center', minHeight: '100dvh', padding: 20 }}>
      <form
        className="card"
        style={{ width: 'min(400px, 100%)', padding: 28 }}
        onSubmit={(event) => {
          event.preventDefault();
          login.mutate();
        }}
      >
        <Brand />
        <Stack gap={14}>
          <Title order={1} size="h2">
            Sign in
          </Title>
          <PasswordInput
            label="Access token"
            description={
              <>
                An administrator makes one with <code>sprintlab tokens create</code>.
              </>
            }
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            error={login.error?.message}
            autoComplete="current-password"
            required
            data-autofocus
          />
          <Button type="submit" loading={login.isPending} fullWidth>
            Sign in
          </Button>
        </Stack>
      </form>
    </main>
  );
}

/** Only a path of this server: a link to the login must not lead away from it. */
function ownAddress(then: string | undefined): string {
  return then !== undefined && /^\/(?![/\\])/.test(then) ? then : '/experiments';
}
