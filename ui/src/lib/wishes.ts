import type { WishedAnswer } from '#features/submissions/http/submissions.schema.ts';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError, send } from './api.ts';

export type Wish = 'pause' | 'resume' | 'cancel' | 'retry';

const DONE: Readonly<Record<Wish, string>> = {
  pause: 'Paused: what runs is finished, nothing new begins.',
  resume: 'Goes on.',
  cancel: 'Cancelled.',
  retry: 'What failed is tried again.',
};

/** Pause, resume, cancel, retry of a submission or a trial; what stopped at a limit asks once more before it goes on. */
export function useWish(kind: 'submissions' | 'trials', id: string | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ wish, approve }: { wish: Wish; approve?: boolean }) =>
      send<WishedAnswer>('POST', `/${kind}/${id ?? ''}/${wish}`, approve === true ? { approve } : {}),
    onSuccess: async (_, { wish }) => {
      notifications.show({ message: DONE[wish] });
      await client.invalidateQueries();
    },
    onError: (error: Error) => {
      if (!needsApproval(error)) notifications.show({ color: 'red', title: 'Not done', message: error.message });
    },
  });
}

export function needsApproval(error: Error | null): boolean {
  return error instanceof ApiError && error.status === 428;
}
