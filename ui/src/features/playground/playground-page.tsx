import type { TrialAnswer } from '#features/boards/http/trials.schema.ts';
import { Group, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { armText } from '../../components/arm-label.tsx';
import { Answered, Empty } from '../../components/condition.tsx';
import { Page } from '../../components/page.tsx';
import { Provenance } from '../../components/provenance.tsx';
import { listing } from '../../lib/queries.ts';
import { useIsSynthetic } from '../../lib/synthetic.ts';
import { ItemPicker, useItemTitles } from './item-picker.tsx';
import { Recommendations } from './recommendations.tsx';

const route = getRouteApi('/playground');
const EXAMPLE_METHODS = new Set(['backbone', 'popularity', 'item-knn', 'vs-knn']);

/** Items in, recommendations out, with the intents that explain them; no LLM is asked. */
export function PlaygroundPage() {
  const query = useQuery(listing<TrialAnswer>('/trials', { filter: 'status = succeeded' }, { most: 2000 }));
  return (
    <Page
      title="Playground"
      lead="Pick items as if you had bought them, the latest last. The trained models answer by themselves: no LLM is asked."
    >
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No trial has finished yet">A trained model is needed to recommend.</Empty>
          ) : (
            <Bench trials={items} />
          )
        }
      </Answered>
    </Page>
  );
}

function Bench({ trials }: { readonly trials: readonly TrialAnswer[] }) {
  const { trial: wanted, beside, items = [] } = route.useSearch();
  const trial = trials.find(({ id }) => id === wanted) ?? trials.find(({ method }) => method === 'sprint') ?? trials[0];
  if (trial === undefined) return null;
  const peers = trials.filter(({ dataset, id }) => dataset === trial.dataset && id !== trial.id);
  const usual = peers.find((peer) => peer.experiment === trial.experiment && EXAMPLE_METHODS.has(peer.method));
  const other = peers.find(({ id }) => id === beside) ?? usual;
  return <Models trials={trials} trial={trial} peers={peers} beside={other} items={items} />;
}

interface ModelsProps {
  readonly trials: readonly TrialAnswer[];
  readonly trial: TrialAnswer;
  /** The others that learnt from the same data set. */
  readonly peers: readonly TrialAnswer[];
  readonly beside: TrialAnswer | undefined;
  readonly items: readonly string[];
}

function Models({ trials, trial, peers, beside, items }: ModelsProps) {
  const navigate = route.useNavigate();
  const isSynthetic = useIsSynthetic(trial.dataset);
  const titles = useItemTitles(trial.dataset, items);
  const put = (next: readonly string[]): void =>
    void navigate({
      search: (old) => ({ ...old, items: next.length === 0 ? undefined : next }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Stack gap={20}>
      <Group gap="sm" align="flex-end">
        <TrialSelect
          label="Model"
          trials={trials}
          value={trial.id}
          onChange={(id) =>
            void navigate({
              search: {
                trial: id,
                beside: undefined,
                items: trials.find((one) => one.id === id)?.dataset === trial.dataset ? items : undefined,
              },
            })
          }
        />
        <TrialSelect
          label="Beside it"
          trials={peers}
          value={beside?.id ?? null}
          onChange={(id) => void navigate({ search: (old) => ({ ...old, beside: id }), replace: true })}
        />
        <Provenance synthetic={isSynthetic} />
      </Group>
      <ItemPicker dataset={trial.dataset} chosen={items} onChange={put} />
      {items.length === 0 ? (
        <Empty title="Pick one or more items">Search by a part of a title. The order is that of buying.</Empty>
      ) : (
        <div className="columns">
          <Recommendations trial={trial} items={items} titles={titles} add={(id) => put([...items, id])} />
          {beside !== undefined && (
            <Recommendations trial={beside} items={items} titles={titles} add={(id) => put([...items, id])} />
          )}
        </div>
      )}
    </Stack>
  );
}

interface SelectProps {
  readonly label: string;
  readonly trials: readonly TrialAnswer[];
  readonly value: string | null;
  readonly onChange: (id: string) => void;
}

function TrialSelect({ label, trials, value, onChange }: SelectProps) {
  return (
    <Select
      label={label}
      searchable
      w={420}
      maw="100%"
      limit={100}
      allowDeselect={false}
      data={trials.map((trial) => ({
        value: trial.id,
        label: `${armText(trial.arm)} · seed ${trial.trainSeed ?? '–'} · ${trial.experiment}`,
      }))}
      value={value}
      onChange={(id) => id !== null && onChange(id)}
    />
  );
}
