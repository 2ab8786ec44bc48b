import type { CatalogueItemAnswer } from '#features/datasets/http/datasets.schema.ts';
import { ActionIcon, Combobox, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { reading } from '../../lib/queries.ts';

interface Props {
  readonly dataset: string;
  readonly chosen: readonly string[];
  readonly onChange: (items: readonly string[]) => void;
}

interface Items {
  readonly items: readonly CatalogueItemAnswer[];
}

const MOST = 20;

export function ItemPicker({ dataset, chosen, onChange }: Props) {
  const titles = useItemTitles(dataset, chosen);
  return (
    <div>
      <Search path={pathOf(dataset)} add={(id) => onChange([...chosen, id].slice(-MOST))} />
      {chosen.length > 0 && (
        <ol className="session-items" aria-label="Chosen items, oldest first" style={{ marginTop: 12 }}>
          {chosen.map((id, place) => (
            <li key={`${place} ${id}`} style={{ display: 'flex', alignItems: 'center', gap: 6 }}>
              <span className="muted num">{place + 1}</span> {titles.get(id) ?? id}
              <ActionIcon
                size="xs"
                variant="subtle"
                color="gray"
                aria-label={`Take ${titles.get(id) ?? id} away`}
                onClick={() => onChange(chosen.filter((_, one) => one !== place))}
              >
                <IconX size={12} />
              </ActionIcon>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function pathOf(dataset: string): string {
  return `/datasets/${encodeURIComponent(dataset)}/items`;
}

/** Titles of items by id; what has none is left out. */
export function useItemTitles(dataset: string, ids: readonly string[]): ReadonlyMap<string, string> {
  const { data } = useQuery({
    ...reading<Items>(pathOf(dataset), { ids: ids.join(',') }),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });
  return new Map(data?.items.flatMap(({ id, title }) => (title === null ? [] : [[id, title]])));
}

function Search({ path, add }: { readonly path: string; readonly add: (id: string) => void }) {
  const [wanted, setWanted] = useState('');
  const [search] = useDebouncedValue(wanted.trim(), 200);
  const combobox = useCombobox();
  const { data } = useQuery({ ...reading<Items>(path, { search, limit: 12 }), placeholderData: keepPreviousData });
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => {
        add(id);
        setWanted('');
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target>
        <TextInput
          label="Add an item"
          placeholder="Part of a title"
          maw={520}
          leftSection={<IconSearch size={15} aria-hidden />}
          value={wanted}
          onChange={(event) => {
            setWanted(event.currentTarget.value);
            combobox.openDropdown();
          }}
          onClick={() => combobox.openDropdown()}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label="Items">
          {(data?.items ?? []).map(({ id, title, categories }) => (
            <Combobox.Option key={id} value={id}>
              {title ?? id} <span className="muted">{categories.slice(0, 2).join(', ')}</span>
            </Combobox.Option>
          ))}
          {data?.items.length === 0 && <Combobox.Empty>No item has that in its title or id</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
