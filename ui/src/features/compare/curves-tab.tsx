import type { CurvesAnswer } from '#features/boards/http/experiments.schema.ts';
import { Select } from '@mantine/core';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Chart } from '../../components/chart.tsx';
import { Answered, Empty } from '../../components/condition.tsx';
import { get } from '../../lib/api.ts';
import type { BandsData } from './bands.plot.ts';
import { bandsOf, lastOf } from './bands.ts';
import type { Compared } from './compared.ts';

const route = getRouteApi('/experiments/$name/compare');
const load = () => import('./bands.plot.ts');

/** The mean over seeds of each epoch, in a band from the least to the greatest seed. */
export function CurvesTab({ board, arms }: Compared) {
  const { curve } = route.useSearch();
  const navigate = route.useNavigate();
  const [split, metric] = curve?.split(' ') ?? ['valid', undefined];
  const query = useQuery({
    ...curvesQuery(board.experiment, { revision: board.revision, metric, split, arms: arms.map(({ name }) => name) }),
    placeholderData: keepPreviousData,
  });
  return (
    <Answered query={query}>
      {(curves) => (
        <>
          <Select
            label="Curve"
            size="xs"
            mb={14}
            maw={300}
            searchable
            allowDeselect={false}
            data={curves.available.map((one) => ({
              value: `${one.split} ${one.name}`,
              label: `${one.name} (${one.split})`,
            }))}
            value={`${curves.split} ${curves.metric}`}
            onChange={(wanted) =>
              void navigate({
                search: (old) => ({ ...old, curve: wanted ?? undefined }),
                replace: true,
                resetScroll: false,
              })
            }
          />
          <Bands curves={curves} of={arms} />
        </>
      )}
    </Answered>
  );
}

function Bands({ curves, of: arms }: { readonly curves: CurvesAnswer; readonly of: Compared['arms'] }) {
  const dataset = arms[0]?.dataset ?? '';
  const series = useMemo(() => lastOf(curves.series, dataset), [curves, dataset]);
  const data = useMemo<BandsData>(
    () => ({ bands: bandsOf(series), arms: arms.map(({ name }) => name), metric: curves.metric }),
    [series, arms, curves.metric],
  );
  if (data.bands.length === 0)
    return <Empty title="These arms have no such curve">A method that is not trained by epochs has none.</Empty>;
  return (
    <Chart
      name={`${curves.experiment}-curves`}
      title={`${curves.metric} by epoch of the ${series[0]?.stage ?? ''}, ${curves.split}`}
      note="Line: mean over seeds. Band: from the least to the greatest seed."
      summary={`Curves of ${arms.length} arms.`}
      data={data}
      load={load}
      height={360}
      csv={() => ({
        header: ['arm', 'dataset', 'trial', 'stage', 'epoch', curves.metric],
        rows: series.flatMap(({ arm, trial, stage, points }) =>
          points.map(([epoch, value]) => [arm, dataset, trial, stage, epoch, value]),
        ),
      })}
    />
  );
}

interface Wanted {
  readonly revision: number;
  readonly metric: string | undefined;
  readonly split: string | undefined;
  readonly arms: readonly string[];
}

function curvesQuery(name: string, { revision, metric, split, arms }: Wanted) {
  const several = new URLSearchParams(arms.map((arm) => ['arm', arm]));
  const path = `/experiments/${encodeURIComponent(name)}/curves?${several.toString()}`;
  return queryOptions({
    queryKey: [path, revision, metric, split],
    queryFn: ({ signal }) => get<CurvesAnswer>(path, { revision, metric, split }, signal),
    meta: { isLive: true },
  });
}
