import type { BoardAnswer } from '#features/boards/http/experiments.schema.ts';
import { Group, MultiSelect, Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { armText } from '../../components/arm-label.tsx';
import { Answered, Empty } from '../../components/condition.tsx';
import { Page } from '../../components/page.tsx';
import { Provenance } from '../../components/provenance.tsx';
import { ViewTabs } from '../../components/view-tabs.tsx';
import { reading } from '../../lib/queries.ts';
import { shownDataset } from '../../lib/shown-dataset.ts';
import { CurvesTab } from './curves-tab.tsx';
import { DifferencesTab } from './differences-tab.tsx';
import { FlipsTab } from './flips-tab.tsx';
import { ParallelTab } from './parallel-tab.tsx';

const route = getRouteApi('/experiments/$name/compare');
const MOST = 8;

const TABS = [
  ['differences', 'Differences', DifferencesTab],
  ['curves', 'Curves', CurvesTab],
  ['settings', 'Settings and results', ParallelTab],
  ['flips', 'Session flips', FlipsTab],
] as const;

export function ComparePage() {
  const { name } = route.useParams();
  const { revision, metric, dataset } = route.useSearch();
  const query = useQuery({
    ...reading<BoardAnswer>(`/experiments/${encodeURIComponent(name)}/board`, { revision, metric }, { isLive: true }),
    placeholderData: keepPreviousData,
  });
  return (
    <Page
      title="Compare arms"
      lead={
        <Group gap={10}>
          <Link to="/experiments/$name" params={{ name }} search={{ revision, metric, dataset }}>
            {query.data?.question ?? name}
          </Link>
          <Provenance simulated={query.data?.simulated} synthetic={(query.data?.synthetic.length ?? 0) > 0} />
        </Group>
      }
    >
      <Answered query={query}>{(board) => <Chosen board={board} />}</Answered>
    </Page>
  );
}

function Chosen({ board }: { readonly board: BoardAnswer }) {
  const { arms: names = [], dataset: wantedDataset, tab } = route.useSearch();
  const navigate = route.useNavigate();
  const { datasets, dataset } = shownDataset(board, wantedDataset);
  const offered = board.arms.filter((arm) => arm.dataset === dataset);
  const arms = names.flatMap((name) => offered.find((arm) => arm.name === name) ?? []).slice(0, MOST);
  return (
    <>
      <Group align="flex-end" gap="sm">
        <MultiSelect
          label="Arms"
          description={`Two to ${MOST}; the first is what the others are held against.`}
          style={{ flex: '1 1 420px', minWidth: 0 }}
          data={offered.map(({ name }) => ({ value: name, label: armText(name) }))}
          value={arms.map(({ name }) => name)}
          maxValues={MOST}
          searchable
          onChange={(wanted) =>
            void navigate({
              search: (old) => ({ ...old, arms: wanted.length === 0 ? undefined : wanted }),
              replace: true,
            })
          }
        />
        <Select
          label="Metric"
          w={140}
          allowDeselect={false}
          data={[...board.metrics]}
          value={board.metric}
          onChange={(wanted) =>
            void navigate({ search: (old) => ({ ...old, metric: wanted ?? undefined }), replace: true })
          }
        />
        {datasets.length > 1 && (
          <Select
            label="Data set"
            allowDeselect={false}
            data={[...datasets]}
            value={dataset}
            onChange={(wanted) =>
              void navigate({ search: (old) => ({ ...old, dataset: wanted ?? undefined }), replace: true })
            }
          />
        )}
      </Group>
      {arms.length < 2 ? (
        <Empty title="Choose at least two arms">
          The first is what the others are held against, usually the baseline.
        </Empty>
      ) : (
        <ViewTabs
          tabs={TABS}
          of={{ board, arms }}
          shown={tab}
          onChange={(id) => void navigate({ search: (old) => ({ ...old, tab: id }) })}
        />
      )}
    </>
  );
}
