import type { DatasetAnswer } from '#features/datasets/http/datasets.schema.ts';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Answered, Empty } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Page } from '../../components/page.tsx';
import { Provenance } from '../../components/provenance.tsx';
import { When } from '../../components/when.tsx';
import { count } from '../../lib/format.ts';
import { listing } from '../../lib/queries.ts';

const amount = (id: 'interactions' | 'items' | 'users' | 'sessions', title: string): Column<DatasetAnswer> => ({
  id,
  title,
  value: (row) => row[id],
  show: (row) => count(row[id]),
  isNumber: true,
});

const COLUMNS: readonly Column<DatasetAnswer>[] = [
  {
    id: 'name',
    title: 'Data set',
    value: ({ name }) => name,
    show: ({ name, origin }) => (
      <span style={{ display: 'inline-flex', gap: 10, alignItems: 'center', flexWrap: 'wrap' }}>
        <Link to="/datasets/$name" params={{ name }}>
          {name}
        </Link>
        <Provenance synthetic={origin === 'synthetic'} />
      </span>
    ),
  },
  amount('interactions', 'Interactions'),
  amount('sessions', 'Sessions'),
  amount('items', 'Items'),
  amount('users', 'Users'),
  {
    id: 'createdAt',
    title: 'Registered',
    value: ({ createdAt }) => createdAt,
    show: ({ createdAt }) => <When at={createdAt} />,
    isNumber: true,
    isSecondary: true,
  },
];

export function DatasetsPage() {
  const navigate = useNavigate();
  const query = useQuery(listing<DatasetAnswer>('/datasets', {}, { isLive: true }));
  return (
    <Page title="Data sets" lead="What trials learn from and are measured on.">
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No data set is registered">
              <code>sprintlab datasets import NAME --interactions FILE</code> reads TSV, CSV, RecBole files and JSON
              lines; <code>sprintlab datasets generate planted</code> makes one with known intents.
            </Empty>
          ) : (
            <DataTable
              name="datasets"
              rows={items}
              columns={COLUMNS}
              idOf={({ name }) => name}
              open={({ name }) => void navigate({ to: '/datasets/$name', params: { name } })}
            />
          )
        }
      </Answered>
    </Page>
  );
}
