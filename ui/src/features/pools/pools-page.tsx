import type { PoolAnswer } from '#features/pools/http/pools.schema.ts';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ArmLabel } from '../../components/arm-label.tsx';
import { Answered, Empty } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Page } from '../../components/page.tsx';
import { Provenance } from '../../components/provenance.tsx';
import { count } from '../../lib/format.ts';
import { listing } from '../../lib/queries.ts';

const COLUMNS: readonly Column<PoolAnswer>[] = [
  { id: 'experiment', title: 'Experiment', value: ({ experiment }) => experiment },
  {
    id: 'arm',
    title: 'Arm',
    value: ({ arm }) => arm,
    show: ({ arm, trial }) => (
      <Link to="/pools/$trial" params={{ trial }}>
        <ArmLabel name={arm} />
      </Link>
    ),
  },
  {
    id: 'trial',
    title: 'Trial',
    value: ({ trial }) => trial,
    show: ({ trial }) => <span className="mono muted">{trial}</span>,
    isSecondary: true,
  },
  { id: 'size', title: 'Intents', value: ({ size }) => size, show: ({ size }) => count(size), isNumber: true },
  {
    id: 'retired',
    title: 'Retired',
    value: ({ retired }) => retired,
    show: ({ retired }) => count(retired),
    isNumber: true,
  },
];

export function PoolsPage() {
  const navigate = useNavigate();
  const query = useQuery(listing<PoolAnswer>('/pools', {}, { isLive: true, most: 2000 }));
  const pools = query.data?.items ?? [];
  const marks = (
    <Provenance simulated={pools.some((pool) => pool.simulated)} synthetic={pools.some((pool) => pool.synthetic)} />
  );
  return (
    <Page
      aside={marks}
      title="Intent pools"
      lead="The intents that shopping sessions are said to have: where each came from, how often it was used, which look alike. Choose the pool of a trial."
    >
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No pool yet">Every trial with intents makes one after its warm-up.</Empty>
          ) : (
            <DataTable
              name="pools"
              rows={items}
              columns={COLUMNS}
              idOf={({ trial }) => trial}
              open={({ trial }) => void navigate({ to: '/pools/$trial', params: { trial } })}
            />
          )
        }
      </Answered>
    </Page>
  );
}
