import type { IntentAnswer, PoolAnswer, PoolDifferenceAnswer } from '#features/pools/http/pools.schema.ts';
import { Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { armText } from '../../components/arm-label.tsx';
import { Answered } from '../../components/condition.tsx';
import { Card, Section } from '../../components/page.tsx';
import { count } from '../../lib/format.ts';
import { listing, reading } from '../../lib/queries.ts';

const route = getRouteApi('/pools/$trial');

/** What this pool has that another has not, and the other way. */
export function PoolDifference({ trial }: { readonly trial: string }) {
  const { with: other } = route.useSearch();
  const navigate = route.useNavigate();
  const { data } = useQuery(listing<PoolAnswer>('/pools', {}, { most: 2000 }));
  const others = (data?.items ?? []).filter((pool) => pool.trial !== trial);
  if (others.length === 0) return null;
  return (
    <Section title="Against another pool">
      <Stack gap={14}>
        <Select
          aria-label="The other pool"
          placeholder="Choose the pool of another trial"
          searchable
          clearable
          maw={560}
          data={others.map((pool) => ({
            value: pool.trial,
            label: `${pool.experiment} · ${armText(pool.arm)} · ${pool.trial.slice(0, 8)}`,
          }))}
          value={other ?? null}
          onChange={(wanted) =>
            void navigate({ search: { with: wanted ?? undefined }, replace: true, resetScroll: false })
          }
        />
        {other !== undefined && <Difference trial={trial} other={other} />}
      </Stack>
    </Section>
  );
}

function Difference({ trial, other }: { readonly trial: string; readonly other: string }) {
  const query = useQuery(
    reading<PoolDifferenceAnswer>(`/pools/${encodeURIComponent(trial)}/difference`, { with: other }),
  );
  return (
    <Answered query={query}>
      {({ only, onlyOther, both }) => (
        <div className="columns">
          <IntentList title="Only here" intents={only} />
          <IntentList title="In both" intents={both.map(({ left }) => left)} />
          <IntentList title="Only there" intents={onlyOther} />
        </div>
      )}
    </Answered>
  );
}

function IntentList({ title, intents }: { readonly title: string; readonly intents: readonly IntentAnswer[] }) {
  return (
    <Card>
      <h3 style={{ margin: '0 0 8px', fontSize: 14 }}>
        {title} <span className="muted num">{count(intents.length)}</span>
      </h3>
      <ul className="intents">
        {intents.map(({ id, name, support }) => (
          <li key={id}>
            {name} <span className="muted num">{count(support)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
