import type {
  CatalogueItemAnswer,
  DatasetDetailAnswer,
  SampleSessionAnswer,
} from '#features/datasets/http/datasets.schema.ts';
import { Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { Chart } from '../../components/chart.tsx';
import { Answered, Caution } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Card, Facts, Page, Pairs, Section } from '../../components/page.tsx';
import { Provenance } from '../../components/provenance.tsx';
import { count, number, settingText, shortId } from '../../lib/format.ts';
import { reading } from '../../lib/queries.ts';

const route = getRouteApi('/datasets/$name');
const loadLengths = () => import('./lengths.plot.ts');

export function DatasetPage() {
  const { name } = route.useParams();
  const query = useQuery(reading<DatasetDetailAnswer>(`/datasets/${encodeURIComponent(name)}`));
  return (
    <Page
      title={name}
      aside={<Provenance synthetic={query.data?.origin.kind === 'synthetic'} />}
      lead={query.data && <Origin of={query.data} />}
    >
      <Answered query={query}>{(dataset) => <Dataset dataset={dataset} />}</Answered>
    </Page>
  );
}

function Origin({ of: { origin, digest } }: { readonly of: DatasetDetailAnswer }) {
  const said =
    origin.kind === 'synthetic'
      ? `Made by the generator “${origin.generator}” with seed ${origin.seed}`
      : `Imported from ${origin.files.join(', ')}`;
  return (
    <>
      {said} <span className="muted mono">{shortId(digest)}</span>
    </>
  );
}

function Dataset({ dataset }: { readonly dataset: DatasetDetailAnswer }) {
  const { counts, statistics, lengths, problem } = dataset;
  return (
    <Stack gap={24}>
      {problem !== null && <Caution>{problem}</Caution>}
      <Card>
        <Facts
          of={[
            { name: 'Interactions', value: count(counts['interactions']) },
            { name: 'Sessions', value: count(counts['sessions']) },
            {
              name: 'Items',
              value: count(counts['items']),
              note: `${count(counts['itemsWithTitle'])} with a title, ${count(counts['itemsWithCategories'])} with categories`,
            },
            { name: 'Users', value: count(counts['users']) },
          ]}
        />
      </Card>
      <div className="columns">
        <Chart
          name={`${dataset.name}-lengths`}
          title="Training sessions by length"
          note="The last bar holds all longer ones."
          summary={lengths.map(({ length, sessions }) => `${length} items: ${sessions}`).join('; ')}
          data={lengths}
          load={loadLengths}
          height={200}
          csv={() => ({
            header: ['items', 'sessions'],
            rows: lengths.map(({ length, sessions }) => [length, sessions]),
          })}
        />
        <Section title="Under the protocol">
          <Card>
            <Pairs
              of={[
                ...Object.entries(dataset.protocol).map(([key, value]): [string, string] => [
                  inWords(key),
                  settingText(value),
                ]),
                ...flat(statistics ?? {}),
              ]}
            />
          </Card>
        </Section>
      </div>
      <Samples name={dataset.name} />
      <Items name={dataset.name} />
    </Stack>
  );
}

/** `{kept: {items: 3}}` as `kept items: 3`. */
function flat(statistics: Readonly<Record<string, unknown>>, before = ''): [string, string][] {
  return Object.entries(statistics).flatMap(([key, value]): [string, string][] => {
    const name = [before, inWords(key)].filter((word) => word !== '').join(' ');
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return flat(value as Readonly<Record<string, unknown>>, name);
    return [[name, typeof value === 'number' ? number(value) : settingText(value)]];
  });
}

/** `inShortSession` as `in short session`. */
function inWords(key: string): string {
  return key.replaceAll(/([a-z])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`);
}

function Samples({ name }: { readonly name: string }) {
  const query = useQuery(
    reading<{ items: readonly SampleSessionAnswer[] }>(`/datasets/${encodeURIComponent(name)}/sessions`, { limit: 12 }),
  );
  const columns: readonly Column<SampleSessionAnswer>[] = [
    { id: 'session', title: 'Session', value: ({ session }) => session, isNumber: true, width: 80 },
    { id: 'length', title: 'Items', value: ({ items }) => items.length, isNumber: true, width: 70 },
    {
      id: 'items',
      title: 'What was bought, oldest first',
      value: ({ items }) => items.map(({ title, id }) => title ?? id).join(' › '),
      show: ({ items }) => <span className="clamp-2">{items.map(({ title, id }) => title ?? id).join(' › ')}</span>,
    },
  ];
  return (
    <Section title="Sessions, a sample">
      <Answered query={query}>
        {({ items }) => (
          <DataTable
            name={`${name}-sessions`}
            rows={items}
            columns={columns}
            idOf={({ session }) => String(session)}
            rowHeight={48}
          />
        )}
      </Answered>
    </Section>
  );
}

function Items({ name }: { readonly name: string }) {
  const [wanted, setWanted] = useState('');
  const [search] = useDebouncedValue(wanted, 250);
  const query = useQuery({
    ...reading<{ items: readonly CatalogueItemAnswer[] }>(`/datasets/${encodeURIComponent(name)}/items`, {
      search: search.trim(),
      limit: 50,
    }),
    placeholderData: keepPreviousData,
  });
  const columns: readonly Column<CatalogueItemAnswer>[] = [
    { id: 'title', title: 'Title', value: ({ title, id }) => title ?? id },
    { id: 'categories', title: 'Categories', value: ({ categories }) => categories.join(', '), isSecondary: true },
    { id: 'id', title: 'Id', value: ({ id }) => id, show: ({ id }) => <span className="mono muted">{id}</span> },
  ];
  const box = (
    <TextInput
      maw={360}
      aria-label="Search items"
      placeholder="Part of a title or id"
      leftSection={<IconSearch size={15} aria-hidden />}
      value={wanted}
      onChange={(event) => setWanted(event.currentTarget.value)}
    />
  );
  return (
    <Section title="Items">
      <Answered query={query}>
        {({ items }) => (
          <DataTable
            name={`${name}-items`}
            rows={items}
            columns={columns}
            idOf={({ id }) => id}
            rowHeight={34}
            maxHeight={420}
            tools={box}
          />
        )}
      </Answered>
    </Section>
  );
}
