import type { PlanAnswer, SubmittedAnswer } from '#features/submissions/http/submissions.schema.ts';
import { Button, Checkbox, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconSend } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { Caution, Failed, Hint } from '../../components/condition.tsx';
import { send } from '../../lib/api.ts';
import { count, money } from '../../lib/format.ts';
import { useMayWrite } from '../../lib/session.ts';
import { needsApproval } from '../../lib/wishes.ts';

export interface Written {
  readonly manifest: string;
  /** By which places name it. */
  readonly file: string;
  /** The plan is of what is written now. */
  readonly isPlanned: boolean;
}

interface Props {
  readonly plan: PlanAnswer;
  readonly written: Written;
}

const SAID: Readonly<Record<SubmittedAnswer['state'], string>> = {
  new: 'Submitted.',
  continued: 'The same submission goes on.',
  finished: 'It is done already: nothing runs again.',
};

/** A second press, or a retry after a lost answer, is the same submission: the key stays until the text changes. */
export function SubmitButton({ plan, written: { manifest, file, isPlanned } }: Props) {
  const navigate = useNavigate();
  const mayWrite = useMayWrite();
  const [approve, setApprove] = useState(false);
  const key = useRef({ manifest: '', approve: false, value: '' });
  const submission = useMutation({
    mutationFn: () => {
      if (key.current.manifest !== manifest || key.current.approve !== approve)
        key.current = { manifest, approve, value: newKey() };
      return send<SubmittedAnswer>(
        'POST',
        '/submissions',
        { manifest, file, ...(approve ? { approve } : {}) },
        { 'idempotency-key': key.current.value },
      );
    },
    onSuccess: async ({ experiment, revision, state }) => {
      notifications.show({ message: SAID[state] });
      await navigate({ to: '/experiments/$name', params: { name: experiment }, search: { revision } });
    },
  });
  if (!mayWrite) return <Hint>Your role may look and plan; a researcher can submit.</Hint>;
  const isAboveLimit = needsApproval(submission.error);
  return (
    <Stack gap={10}>
      {isAboveLimit && <Caution>{submission.error?.message}</Caution>}
      {submission.error !== null && !isAboveLimit && <Failed error={submission.error} />}
      {isAboveLimit && (
        <Checkbox
          label="Go above the limits of the manifest this once"
          checked={approve}
          onChange={(event) => setApprove(event.currentTarget.checked)}
        />
      )}
      <Button
        size="md"
        leftSection={<IconSend size={16} aria-hidden />}
        disabled={!isPlanned || (isAboveLimit && !approve)}
        loading={submission.isPending}
        onClick={() => submission.mutate()}
      >
        Submit {count(plan.trials)} {plan.trials === 1 ? 'trial' : 'trials'} for {money(plan.llm.usd)}
      </Button>
    </Stack>
  );
}

/** A page that is not served by HTTPS has no `randomUUID`. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
