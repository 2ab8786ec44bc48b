import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { needsApproval, useWish } from '../lib/wishes.ts';

interface Props {
  readonly submission: string | null;
  /** What the wish before was refused with. */
  readonly refusal: Error | null;
  readonly close: () => void;
}

/** Asks once more before a submission goes on that stopped at a limit: as a whole, for no trial of it runs alone. */
export function Approval({ submission, refusal, close }: Props) {
  const { mutate } = useWish('submissions', submission);
  const approve = (): void => {
    close();
    mutate({ wish: 'resume', approve: true });
  };
  return (
    <Modal opened={needsApproval(refusal)} onClose={close} title="Go on beyond the limit?" centered>
      <Stack>
        <Text size="sm">{refusal?.message}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Leave it paused
          </Button>
          <Button onClick={approve}>Approve and go on</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
