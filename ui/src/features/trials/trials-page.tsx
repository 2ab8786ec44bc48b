import type { TrialAnswer } from '#features/boards/http/trials.schema.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Answered, Empty } from '../../components/condition.tsx';
import { FilterBox } from '../../components/filter-box.tsx';
import { Page } from '../../components/page.tsx';
import { TrialTable } from '../../components/trial-table.tsx';
import { listing } from '../../lib/queries.ts';

const route = getRouteApi('/trials');
const EXAMPLES = [
  'status = failed',
  'metrics.hr@20 >= 0.4 AND arm ~ uncertainty',
  'settings.selection.ratio IN (0.05, 0.1)',
  'method = sprint AND endedAt > -7d',
  'settings.selection.budget IS NULL AND NOT dataset ~ planted',
];
const MOST = 5000;
/** Metrics that become columns: more would leave no room for the arm. */
const SHOWN_METRICS = 3;

export function TrialsPage() {
  const { filter, by, descending, experiment } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({
    ...listing<TrialAnswer>('/trials', { filter, experiment }, { isLive: true, most: MOST }),
    placeholderData: keepPreviousData,
  });
  const box = (
    <FilterBox
      label="Filter trials"
      value={filter ?? ''}
      error={query.error}
      examples={EXAMPLES}
      onChange={(wanted) =>
        void navigate({ search: (old) => ({ ...old, filter: wanted === '' ? undefined : wanted }) })
      }
    />
  );
  return (
    <Page title="Trials" lead="One arm on one data set with one pair of seeds.">
      {query.data === undefined && query.error !== null && filter !== undefined ? (
        box
      ) : (
        <Answered query={query}>
          {({ items, next }) => (
            <>
              <TrialTable
                name="trials"
                trials={items}
                metrics={metricsOf(items)}
                withExperiment
                tools={box}
                order={by === undefined ? undefined : { by, descending: descending === true }}
                onOrder={(order) =>
                  void navigate({
                    search: (old) => ({ ...old, by: order.by, descending: order.descending ? true : undefined }),
                    replace: true,
                  })
                }
              />
              {next !== null && <p className="muted">The first {MOST} trials; a filter narrows them.</p>}
              {items.length === 0 && (
                <Empty title={filter === undefined ? 'No trial yet' : 'No trial fits the filter'}>
                  {filter === undefined
                    ? 'Trials appear with the first submission.'
                    : 'Take a condition away, or clear it.'}
                </Empty>
              )}
            </>
          )}
        </Answered>
      )}
    </Page>
  );
}

function metricsOf(trials: readonly TrialAnswer[]): readonly string[] {
  const names = [...new Set(trials.flatMap(({ metrics }) => Object.keys(metrics)))];
  const hits = names.filter((name) => /^(hr|ndcg)@/.test(name));
  return (hits.length === 0 ? names : hits)
    .toSorted((one, other) => cutoffOf(other) - cutoffOf(one))
    .slice(0, SHOWN_METRICS);
}

function cutoffOf(name: string): number {
  return Number(name.split('@')[1] ?? 0);
}
