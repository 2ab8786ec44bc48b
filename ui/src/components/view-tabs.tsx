import { Tabs } from '@mantine/core';
import { Suspense, type ComponentType, type LazyExoticComponent } from 'react';
import { Loading } from './condition.tsx';

type View<Props extends object> = ComponentType<Props> | LazyExoticComponent<ComponentType<Props>>;

interface ViewTabsProps<Id extends string, Props extends object> {
  /** Of each view its id, its title and what makes it; the first is shown where nothing else is asked for. */
  readonly tabs: readonly (readonly [id: Id, title: string, content: View<Props>])[];
  readonly shown: Id | undefined;
  /** `undefined` for the first: it needs no word in the address. */
  readonly onChange: (id: Id | undefined) => void;
  /** What every view is given. Only the shown one is made. */
  readonly of: Props;
}

/** The views of one thing, of which the address says the shown one. */
export function ViewTabs<Id extends string, Props extends object>({
  tabs,
  shown,
  onChange,
  of,
}: ViewTabsProps<Id, Props>) {
  const first = tabs[0]?.[0];
  const change = (wanted: string | null): void => {
    const id = tabs.find(([one]) => one === wanted)?.[0];
    onChange(id === first ? undefined : id);
  };
  return (
    <Tabs value={shown ?? first ?? null} onChange={change} keepMounted={false}>
      <Tabs.List className="tabs-list">
        {tabs.map(([id, title]) => (
          <Tabs.Tab key={id} value={id}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(([id, , Content]) => (
        <Tabs.Panel key={id} value={id} pt={18}>
          <Suspense fallback={<Loading />}>
            <Content {...of} />
          </Suspense>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
