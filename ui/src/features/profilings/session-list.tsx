import type { ProfiledSessionAnswer } from '#features/profilings/http/profilings.schema.ts';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { State } from '../../components/state.tsx';
import { metric, NOTHING } from '../../lib/format.ts';

const route = getRouteApi('/profilings/$trial');

const COLUMNS: readonly Column<ProfiledSessionAnswer>[] = [
  {
    id: 'place',
    title: '#',
    hint: 'Place in the order of profiling',
    value: ({ place }) => place,
    show: ({ place }) => place + 1,
    isNumber: true,
  },
  {
    id: 'outcome',
    title: 'Outcome',
    value: ({ outcome }) => outcome,
    show: ({ outcome, acceptedAt }) => <State of={outcome} note={acceptedAt === null ? '' : ` at ${acceptedAt}`} />,
  },
  { id: 'attempts', title: 'Tries', value: ({ attempts }) => attempts, isNumber: true },
  { id: 'length', title: 'Items', value: ({ length }) => length, isNumber: true },
  {
    id: 'uncertainty',
    title: 'Uncert.',
    hint: 'By which the order was made',
    value: ({ uncertainty }) => uncertainty,
    show: ({ uncertainty }) => (uncertainty === null ? NOTHING : metric(uncertainty, 3)),
    isNumber: true,
  },
];

interface Props {
  readonly sessions: readonly ProfiledSessionAnswer[];
  readonly trial: string;
  readonly tools: ReactNode;
}

export function SessionList({ sessions, trial, tools }: Props) {
  const { session, by, descending } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <DataTable
      name={`profiled-sessions-${trial}`}
      rows={sessions}
      columns={
        sessions.some(({ uncertainty }) => uncertainty !== null)
          ? COLUMNS
          : COLUMNS.filter(({ id }) => id !== 'uncertainty')
      }
      idOf={(one) => String(one.session)}
      selected={session === undefined ? undefined : String(session)}
      open={(one) =>
        void navigate({
          search: (old) => ({ ...old, session: one.session }),
          replace: session !== undefined,
          resetScroll: false,
        })
      }
      rowHeight={34}
      order={by === undefined ? undefined : { by, descending: descending === true }}
      onOrder={(order) =>
        void navigate({
          search: (old) => ({ ...old, by: order.by, descending: order.descending ? true : undefined }),
          replace: true,
        })
      }
      tools={tools}
      maxHeight={720}
    />
  );
}
