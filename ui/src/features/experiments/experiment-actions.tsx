import type { BoardAnswer } from '#features/boards/http/experiments.schema.ts';
import { Button, Group, Menu, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconDots, IconPlayerPause, IconPlayerPlay, IconRefresh, IconTrash, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Approval } from '../../components/approval.tsx';
import { send } from '../../lib/api.ts';
import { useIsAdmin, useMayWrite } from '../../lib/session.ts';
import { useWish, type Wish } from '../../lib/wishes.ts';

interface Offer {
  readonly wish: Wish;
  readonly title: string;
  readonly icon: typeof IconX;
  readonly isOffered: (board: BoardAnswer) => boolean;
}

const OFFERS: readonly Offer[] = [
  {
    wish: 'pause',
    title: 'Pause',
    icon: IconPlayerPause,
    isOffered: ({ submission }) => submission?.state === 'active',
  },
  {
    wish: 'resume',
    title: 'Resume',
    icon: IconPlayerPlay,
    isOffered: ({ submission }) => submission?.state === 'paused' || submission?.state === 'cancelled',
  },
  {
    wish: 'retry',
    title: 'Retry what failed',
    icon: IconRefresh,
    isOffered: ({ progress, submission }) => progress.failed > 0 && submission?.state !== 'active',
  },
  {
    wish: 'cancel',
    title: 'Cancel',
    icon: IconX,
    isOffered: ({ submission }) => submission?.state === 'active' || submission?.state === 'paused',
  },
];

/** Only what the state and the role allow is offered; what cannot be taken back asks first. */
export function ExperimentActions({ board }: { readonly board: BoardAnswer }) {
  const mayWrite = useMayWrite();
  const isAdmin = useIsAdmin();
  const wish = useWish('submissions', board.submission?.id ?? null);
  const [isDeleting, deleting] = useDisclosure(false);
  if (!mayWrite) return null;
  const [first, ...others] = OFFERS.filter(({ isOffered }) => isOffered(board));
  return (
    <Group gap="xs">
      {first !== undefined && (
        <Button
          variant="default"
          size="sm"
          loading={wish.isPending}
          leftSection={<first.icon size={15} aria-hidden />}
          onClick={() => wish.mutate({ wish: first.wish })}
        >
          {first.title}
        </Button>
      )}
      {(others.length > 0 || isAdmin) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" size="sm" px={9} aria-label="More actions">
              <IconDots size={16} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map(({ wish: name, title, icon: Icon }) => (
              <Menu.Item key={name} leftSection={<Icon size={14} />} onClick={() => wish.mutate({ wish: name })}>
                {title}
              </Menu.Item>
            ))}
            {isAdmin && (
              <Menu.Item color="red" leftSection={<IconTrash size={14} />} onClick={deleting.open}>
                Delete the experiment …
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      <Approval submission={board.submission?.id ?? null} refusal={wish.error} close={wish.reset} />
      <Deletion name={board.experiment} isAsked={isDeleting} close={deleting.close} />
    </Group>
  );
}

interface DeletionProps {
  readonly name: string;
  readonly isAsked: boolean;
  readonly close: () => void;
}

function Deletion({ name, isAsked, close }: DeletionProps) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const deletion = useMutation({
    mutationFn: () => send('DELETE', `/experiments/${encodeURIComponent(name)}`),
    onSuccess: async () => {
      await navigate({ to: '/experiments' });
      notifications.show({ message: `${name} is deleted.` });
      await client.invalidateQueries({ predicate: ({ queryKey: [path] }) => path === '/experiments' });
    },
  });
  return (
    <Modal opened={isAsked} onClose={close} title={`Delete ${name}?`} centered>
      <Stack>
        <Text size="sm">
          Its revisions, submissions and trials are forgotten for good. Its stages, their files and the LLM calls stay,
          for others may share them; <code>sprintlab artifacts gc --unwanted</code> frees the files that no experiment
          wants any more. Who watches it now sees what was last shown.
        </Text>
        {deletion.error !== null && (
          <Text size="sm" className="worse" role="alert">
            {deletion.error.message}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Keep it
          </Button>
          <Button color="red" loading={deletion.isPending} onClick={() => deletion.mutate()}>
            Delete it
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
