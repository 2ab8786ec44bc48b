import type { CreatedTokenAnswer, TokenAnswer } from '#features/accounts/http/accounts.schema.ts';
import { Button, CopyButton, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Answered, Empty, Failed, Hint } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Section } from '../../components/page.tsx';
import { When } from '../../components/when.tsx';
import { send } from '../../lib/api.ts';
import { NOTHING } from '../../lib/format.ts';
import { listing } from '../../lib/queries.ts';

const ROLES = ['viewer', 'researcher', 'admin'];
const DAYS = 90;

/** Access for people and machines. The secret is told once; what is kept is its hash. */
export function Tokens() {
  const client = useQueryClient();
  const query = useQuery(listing<TokenAnswer>('/tokens', {}, { most: 500 }));
  const refresh = (): Promise<void> =>
    client.invalidateQueries({ predicate: ({ queryKey: [path] }) => path === '/tokens' });
  const revocation = useMutation({
    mutationFn: (id: string) => send<TokenAnswer>('DELETE', `/tokens/${id}`),
    onSuccess: refresh,
  });
  const columns: readonly Column<TokenAnswer>[] = [
    ...COLUMNS,
    {
      id: 'revoke',
      title: '',
      value: ({ revokedAt }) => (revokedAt === null ? '' : 'revoked'),
      show: ({ id, name, revokedAt }) =>
        revokedAt === null ? (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Revoke ${name}`}
            onClick={() => revocation.mutate(id)}
          >
            Revoke
          </Button>
        ) : (
          'revoked'
        ),
    },
  ];
  return (
    <Section
      title="Access tokens"
      note="A server that listens beyond this machine asks for one. Viewers read, researchers submit, admins do the rest."
    >
      <NewToken onMade={refresh} />
      {revocation.error !== null && <Failed error={revocation.error} />}
      <Answered query={query} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No token yet" />
          ) : (
            <DataTable name="tokens" rows={items} columns={columns} idOf={({ id }) => id} />
          )
        }
      </Answered>
    </Section>
  );
}

const COLUMNS: readonly Column<TokenAnswer>[] = [
  { id: 'name', title: 'For', value: ({ name }) => name },
  { id: 'role', title: 'Role', value: ({ role }) => role },
  {
    id: 'createdAt',
    title: 'Made',
    value: ({ createdAt }) => createdAt,
    show: ({ createdAt }) => <When at={createdAt} />,
    isNumber: true,
    isSecondary: true,
  },
  {
    id: 'usedAt',
    title: 'Last used',
    value: ({ usedAt }) => usedAt,
    show: ({ usedAt }) => <When at={usedAt} />,
    isNumber: true,
  },
  {
    id: 'expiresAt',
    title: 'Ends',
    value: ({ expiresAt }) => expiresAt,
    show: ({ expiresAt }) => (expiresAt === null ? NOTHING : expiresAt.slice(0, 10)),
    isNumber: true,
  },
];

function NewToken({ onMade }: { readonly onMade: () => Promise<void> }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState('viewer');
  const [days, setDays] = useState<string | number>(DAYS);
  const creation = useMutation({
    mutationFn: () => send<CreatedTokenAnswer>('POST', '/tokens', { name, role, days: Number(days) }),
    onSuccess: async () => {
      setName('');
      await onMade();
    },
  });
  return (
    <form
      style={{ marginBottom: 12 }}
      onSubmit={(event) => {
        event.preventDefault();
        creation.mutate();
      }}
    >
      <Group align="flex-end" gap="sm">
        <TextInput
          label="For whom or what"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          maxLength={100}
        />
        <Select
          label="Role"
          data={ROLES}
          value={role}
          allowDeselect={false}
          onChange={(wanted) => setRole(wanted ?? 'viewer')}
          w={140}
        />
        <NumberInput label="Days" value={days} onChange={setDays} min={1} max={3650} w={100} />
        <Button type="submit" variant="default" loading={creation.isPending}>
          Make a token
        </Button>
      </Group>
      {creation.error !== null && <Failed error={creation.error} />}
      {creation.data !== undefined && <Secret of={creation.data} />}
    </form>
  );
}

function Secret({ of: { token, name } }: { readonly of: CreatedTokenAnswer }) {
  return (
    <div style={{ marginTop: 12 }}>
      <Hint>
        The token for {name}, told only now: <code style={{ overflowWrap: 'anywhere' }}>{token}</code>{' '}
        <CopyButton value={token}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Hint>
    </div>
  );
}
