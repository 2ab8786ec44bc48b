import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconLogout, IconUser } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { send } from '../lib/api.ts';
import { sessionQuery } from '../lib/session.ts';

const SCHEMES = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['auto', 'As the system'],
] as const;

export function AccountMenu() {
  const { data } = useQuery(sessionQuery);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const navigate = useNavigate();
  const client = useQueryClient();
  const leaving = useMutation({
    mutationFn: () => send('DELETE', '/session'),
    onSuccess: () => {
      client.clear();
      return navigate({ to: '/login' });
    },
    onError: ({ message }) => notifications.show({ color: 'red', title: 'Not signed out', message }),
  });
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="Account and appearance">
          <IconUser size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {data?.accounts === true
            ? `${data.name ?? 'Somebody'} · ${data.role ?? ''}`
            : 'No accounts: this machine only'}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        {SCHEMES.map(([scheme, title]) => (
          <Menu.Item
            key={scheme}
            onClick={() => setColorScheme(scheme)}
            rightSection={colorScheme === scheme ? <IconCheck size={14} aria-label="chosen" /> : undefined}
          >
            {title}
          </Menu.Item>
        ))}
        {data?.accounts === true && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconLogout size={14} />} onClick={() => leaving.mutate()}>
              Sign out
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
