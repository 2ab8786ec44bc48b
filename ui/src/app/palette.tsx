import type { ExperimentAnswer } from '#features/boards/http/experiments.schema.ts';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { listing } from '../lib/queries.ts';
import { PLACES } from './navigation.tsx';

/** ⌘K: every place, every experiment, and a trial or call by its id. */
export function Palette() {
  const navigate = useNavigate();
  const [wanted, setWanted] = useState('');
  const { data } = useQuery(listing<ExperimentAnswer>('/experiments', { fields: 'name,question' }, { most: 500 }));
  const places: SpotlightActionData[] = PLACES.flatMap((group) => group.places).map(
    ({ to, title, what, icon: Icon }) => ({
      id: to,
      label: title,
      description: what,
      leftSection: <Icon size={18} stroke={1.6} aria-hidden />,
      onClick: () => void navigate({ to }),
    }),
  );
  const experiments: SpotlightActionData[] = (data?.items ?? []).map(({ name, question }) => ({
    id: `experiment/${name}`,
    label: name,
    description: question,
    onClick: () => void navigate({ to: '/experiments/$name', params: { name } }),
  }));
  const actions: SpotlightActionGroupData[] = [
    { group: 'Go to', actions: places },
    { group: 'Experiments', actions: experiments },
    { group: 'By id', actions: byId(wanted, (to) => void navigate({ to })) },
  ].filter((group) => group.actions.length > 0);
  return (
    <Spotlight
      actions={actions}
      query={wanted}
      onQueryChange={setWanted}
      shortcut={['mod + K', '/']}
      nothingFound="Nothing of that name"
      highlightQuery
      limit={12}
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: 'A place, an experiment, the id of a trial or call',
        'aria-label': 'Go to',
      }}
    />
  );
}

function byId(wanted: string, go: (to: string) => void): SpotlightActionData[] {
  const id = wanted.trim().toLowerCase();
  if (!/^[0-9a-f]{4,64}$/.test(id)) return [];
  return [
    { id: 'trial-by-id', label: `Trial ${id}`, onClick: () => go(`/trials/${id}`) },
    { id: 'call-by-id', label: `LLM call ${id}`, onClick: () => go(`/calls/${id}`) },
  ];
}
