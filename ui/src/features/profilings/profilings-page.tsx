import type { ProfilingAnswer } from '#features/profilings/http/profilings.schema.ts';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ArmLabel } from '../../components/arm-label.tsx';
import { Answered, Empty } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Page } from '../../components/page.tsx';
import { State } from '../../components/state.tsx';
import { listing } from '../../lib/queries.ts';

const COLUMNS: readonly Column<ProfilingAnswer>[] = [
  { id: 'experiment', title: 'Experiment', value: ({ experiment }) => experiment },
  {
    id: 'arm',
    title: 'Arm',
    value: ({ arm }) => arm,
    show: ({ arm, trial }) => (
      <Link to="/profilings/$trial" params={{ trial }}>
        <ArmLabel name={arm} />
      </Link>
    ),
  },
  { id: 'dataset', title: 'Data set', value: ({ dataset }) => dataset, isSecondary: true },
  {
    id: 'trial',
    title: 'Trial',
    value: ({ trial }) => trial,
    show: ({ trial }) => <span className="mono muted">{trial}</span>,
    isSecondary: true,
  },
  { id: 'status', title: 'State', value: ({ status }) => status, show: ({ status }) => <State of={status} /> },
];

export function ProfilingsPage() {
  const navigate = useNavigate();
  const query = useQuery(listing<ProfilingAnswer>('/profilings', {}, { isLive: true, most: 2000 }));
  return (
    <Page
      title="Profiling"
      lead="What the LLM was asked about a session, what it said, and whether what it said led to the item that came next. Choose a trial."
    >
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No trial has profiled sessions yet">
              A trial whose method is <code>sprint</code> does, once its warm-up and pool are done.
            </Empty>
          ) : (
            <DataTable
              name="profilings"
              rows={items}
              columns={COLUMNS}
              idOf={({ trial }) => trial}
              open={({ trial }) => void navigate({ to: '/profilings/$trial', params: { trial } })}
            />
          )
        }
      </Answered>
    </Page>
  );
}
