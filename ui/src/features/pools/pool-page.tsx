import type { TrialDetailAnswer } from '#features/boards/http/trials.schema.ts';
import type { IntentAnswer, PoolDetailAnswer } from '#features/pools/http/pools.schema.ts';
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Chart } from '../../components/chart.tsx';
import { Answered } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Card, Facts, Page, Section } from '../../components/page.tsx';
import { Provenance } from '../../components/provenance.tsx';
import { count, metric } from '../../lib/format.ts';
import { reading } from '../../lib/queries.ts';
import { useIsSynthetic } from '../../lib/synthetic.ts';
import { PoolDifference } from './pool-difference.tsx';
import { PoolMap } from './pool-map.tsx';

const route = getRouteApi('/pools/$trial');
const loadGrowth = () => import('./growth.plot.ts');

export function PoolPage() {
  const { trial } = route.useParams();
  const query = useQuery(reading<PoolDetailAnswer>(`/pools/${encodeURIComponent(trial)}`, {}, { isLive: true }));
  return (
    <Page
      title="Intent pool"
      aside={<Marks trial={trial} />}
      lead={
        <>
          Of{' '}
          <Link to="/trials/$id" params={{ id: trial }}>
            trial <span className="mono">{trial}</span>
          </Link>
        </>
      }
    >
      <Answered query={query}>{(pool) => <Pool pool={pool} />}</Answered>
    </Page>
  );
}

/** A pool is as much worth as the answers and the sessions that it was made of. */
function Marks({ trial }: { readonly trial: string }) {
  const { data } = useQuery(reading<TrialDetailAnswer>(`/trials/${encodeURIComponent(trial)}`));
  const isSynthetic = useIsSynthetic(data?.dataset ?? '');
  return <Provenance simulated={(data?.llm.own.simulatedCalls ?? 0) > 0} synthetic={isSynthetic} />;
}

function Pool({ pool }: { readonly pool: PoolDetailAnswer }) {
  const unused = pool.intents.filter(({ status, support }) => status === 'active' && support === 0).length;
  return (
    <Stack gap={24}>
      <div className="columns">
        <Card>
          <Facts
            of={[
              {
                name: 'Intents',
                value: count(pool.size),
                note: pool.retired > 0 ? `${count(pool.retired)} retired` : undefined,
              },
              { name: 'From the start', value: count(pool.intents.filter(({ origin }) => origin === 'init').length) },
              {
                name: 'Found while profiling',
                value: count(pool.intents.filter(({ origin }) => origin !== 'init').length),
              },
              { name: 'Never used', value: count(unused) },
            ]}
          />
        </Card>
        <Chart
          name={`pool-${pool.trial}-growth`}
          title="Growth, batch by batch"
          summary={pool.growth.map(({ version, size }) => `after batch ${version}: ${size}`).join('; ')}
          data={pool.growth}
          load={loadGrowth}
          height={150}
          csv={() => ({
            header: ['batch', 'size', 'retired', 'stage'],
            rows: pool.growth.map(({ version, size, retired, stage }) => [version, size, retired, stage]),
          })}
        />
      </div>
      <Intents pool={pool} />
      <NearDuplicates pool={pool} />
      <PoolMap trial={pool.trial} />
      <PoolDifference trial={pool.trial} />
    </Stack>
  );
}

function Intents({ pool }: { readonly pool: PoolDetailAnswer }) {
  const most = Math.max(1, ...pool.intents.map(({ support }) => support));
  const columns: readonly Column<IntentAnswer>[] = [
    { id: 'name', title: 'Intent', value: ({ name }) => name, show: (intent) => <Intent of={intent} /> },
    {
      id: 'origin',
      title: 'From',
      value: ({ origin }) => origin,
      show: ({ origin }) => (origin === 'init' ? 'the start' : <FromSession trial={pool.trial} session={origin} />),
      width: 100,
    },
    {
      id: 'support',
      title: 'Sessions with it',
      value: ({ support }) => support,
      show: ({ support }) => (
        <span style={{ display: 'flex', gap: 8, alignItems: 'center', justifyContent: 'flex-end' }}>
          <span
            aria-hidden
            className="wide-only"
            style={{ width: 120, height: 6, borderRadius: 3, background: 'var(--line)' }}
          >
            <span
              style={{
                display: 'block',
                height: 6,
                borderRadius: 3,
                background: 'var(--accent)',
                width: `${(100 * support) / most}%`,
              }}
            />
          </span>
          <span style={{ minWidth: 34 }}>{count(support)}</span>
        </span>
      ),
      isNumber: true,
    },
  ];
  return (
    <Section title="Intents and how often they were used">
      <DataTable
        name={`pool-${pool.trial}`}
        rows={pool.intents}
        columns={columns}
        idOf={({ id }) => String(id)}
        order={{ by: 'support', descending: true }}
        rowHeight={48}
      />
    </Section>
  );
}

function FromSession({ trial, session }: { readonly trial: string; readonly session: number }) {
  return (
    <Link to="/profilings/$trial" params={{ trial }} search={{ session }}>
      session {session}
    </Link>
  );
}

function Intent({ of: { name, description, status, mergedInto } }: { readonly of: IntentAnswer }) {
  return (
    <div style={{ maxWidth: 720 }}>
      <span className={status === 'retired' ? 'muted' : undefined} style={{ fontWeight: 520 }}>
        {name}
      </span>{' '}
      {status === 'retired' && (
        <span className="label">retired{mergedInto === null ? '' : `, merged into ${mergedInto}`}</span>
      )}
      {description !== '' && (
        <div className="muted clamp" title={description}>
          {description}
        </div>
      )}
    </div>
  );
}

function NearDuplicates({ pool }: { readonly pool: PoolDetailAnswer }) {
  if (pool.nearDuplicates.length === 0) return null;
  const names = new Map(pool.intents.map(({ id, name }) => [id, name]));
  const columns: readonly Column<PoolDetailAnswer['nearDuplicates'][number]>[] = [
    { id: 'left', title: 'Intent', value: ({ left }) => names.get(left) },
    { id: 'right', title: 'Looks like', value: ({ right }) => names.get(right) },
    {
      id: 'cosine',
      title: 'Cosine',
      value: ({ cosine }) => cosine,
      show: ({ cosine }) => metric(cosine, 3),
      isNumber: true,
    },
  ];
  return (
    <Section
      title="Near duplicates"
      note="Pairs whose words are alike: one intent under two names splits the sessions that have it."
    >
      <DataTable
        name={`pool-${pool.trial}-duplicates`}
        rows={pool.nearDuplicates}
        columns={columns}
        idOf={({ left, right }) => `${left} ${right}`}
        rowHeight={34}
      />
    </Section>
  );
}
