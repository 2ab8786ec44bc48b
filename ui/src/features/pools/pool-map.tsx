import type { ProjectionAnswer } from '#features/pools/http/pools.schema.ts';
import { useQuery } from '@tanstack/react-query';
import { Chart } from '../../components/chart.tsx';
import { Failed, Hint, Loading } from '../../components/condition.tsx';
import { ApiError } from '../../lib/api.ts';
import { metric } from '../../lib/format.ts';
import { reading } from '../../lib/queries.ts';

const load = () => import('./map.plot.ts');

/** The picture that the stage `projection` made: sessions near the intents that explain them. */
export function PoolMap({ trial }: { readonly trial: string }) {
  const query = useQuery(reading<ProjectionAnswer>(`/pools/${encodeURIComponent(trial)}/projection`));
  if (query.error instanceof ApiError && query.error.status === 404) {
    return (
      <Hint>
        There is no map of this pool: its manifest did not ask for the stage <code>projection</code>.
      </Hint>
    );
  }
  if (query.error !== null) return <Failed error={query.error} retry={query.refetch} />;
  if (query.data === undefined) return <Loading />;
  const { points, alignment } = query.data;
  return (
    <Chart
      name={`pool-${trial}-map`}
      title="Map of intents and sessions"
      note={
        alignment === null
          ? 'Distances between clusters mean little in such a picture; neighbourhoods mean something.'
          : `Neighbours that two spaces share: ${metric(alignment.neighbourOverlap, 3)}, by chance ${metric(alignment.overlapByChance, 3)}.`
      }
      summary={`${points.filter(({ kind }) => kind === 'intent').length} intents among ${points.filter(({ kind }) => kind === 'session').length} sessions.`}
      data={points}
      load={load}
      height={480}
      csv={() => ({
        header: ['kind', 'label', 'intent', 'probability', 'x', 'y'],
        rows: points.map(({ kind, label, intent, probability, x, y }) => [kind, label, intent, probability, x, y]),
      })}
    />
  );
}
