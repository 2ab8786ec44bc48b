import type { ExperimentAnswer } from '#features/boards/http/experiments.schema.ts';
import { IconSend } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Answered, Empty } from '../../components/condition.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { FilterBox } from '../../components/filter-box.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { Page } from '../../components/page.tsx';
import { listing } from '../../lib/queries.ts';
import { useMayWrite } from '../../lib/session.ts';
import { EXPERIMENT_COLUMNS } from './experiment-columns.tsx';

const route = getRouteApi('/experiments');
const EXAMPLES = [
  'state = active',
  'progress.failed > 0',
  'question ~ uncertain',
  'spend.usd > 1 AND createdAt > -7d',
  'NOT (synthetic = true)',
];

export function ExperimentsPage() {
  const { filter, by, descending } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(listing<ExperimentAnswer>('/experiments', { filter }, { isLive: true }));
  const mayWrite = useMayWrite();
  const box = (
    <FilterBox
      label="Filter experiments"
      value={filter ?? ''}
      error={query.error}
      examples={EXAMPLES}
      onChange={(wanted) =>
        void navigate({ search: (old) => ({ ...old, filter: wanted === '' ? undefined : wanted }) })
      }
    />
  );
  return (
    <Page
      title="Experiments"
      lead="Each asks one question. The best arm stands against its baseline, one dot a seed."
      actions={mayWrite ? <SubmitLink /> : undefined}
    >
      {query.error !== null && query.data === undefined && filter !== undefined ? (
        box
      ) : (
        <Answered query={query} rows={8}>
          {({ items }) =>
            items.length === 0 && filter === undefined ? (
              <NothingYet />
            ) : (
              <ExperimentTable
                items={items}
                box={box}
                order={by === undefined ? undefined : { by, descending: descending === true }}
                onOrder={(order) =>
                  void navigate({
                    search: (old) => ({ ...old, by: order.by, descending: order.descending ? true : undefined }),
                  })
                }
              />
            )
          }
        </Answered>
      )}
    </Page>
  );
}

interface TableProps {
  readonly items: readonly ExperimentAnswer[];
  readonly box: React.ReactNode;
  readonly order: { readonly by: string; readonly descending: boolean } | undefined;
  readonly onOrder: (order: { readonly by: string; readonly descending: boolean }) => void;
}

function ExperimentTable({ items, box, order, onOrder }: TableProps) {
  const navigate = useNavigate();
  return (
    <>
      <DataTable
        name="experiments"
        rows={items}
        columns={EXPERIMENT_COLUMNS}
        idOf={({ name }) => name}
        open={({ name }) => void navigate({ to: '/experiments/$name', params: { name } })}
        rowHeight={72}
        order={order}
        onOrder={onOrder}
        tools={box}
      />
      {items.length === 0 && <Empty title="No experiment fits the filter">Take a condition away, or clear it.</Empty>}
    </>
  );
}

function SubmitLink() {
  return (
    <LinkButton to="/submit" leftSection={<IconSend size={15} aria-hidden />}>
      New experiment
    </LinkButton>
  );
}

function NothingYet() {
  return (
    <Empty title="No experiment has been submitted yet">
      <Link to="/submit">Write a manifest</Link>, or start from one of the templates: they hold the questions of the
      paper. On the command line <code>sprintlab run experiments/demo.yaml</code> does the same, and its results appear
      here.
    </Empty>
  );
}
