import type { BoardAnswer } from '#features/boards/http/experiments.schema.ts';
import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { Suspense, lazy } from 'react';
import { Loading } from '../../components/condition.tsx';
import { ArmsTab } from './arms-tab.tsx';

const route = getRouteApi('/experiments/$name');

const PivotTab = lazy(async () => ({ default: (await import('./pivot-tab.tsx')).PivotTab }));
const DifferenceTab = lazy(async () => ({ default: (await import('./difference-tab.tsx')).DifferenceTab }));
const CostTab = lazy(async () => ({ default: (await import('./cost-tab.tsx')).CostTab }));
const StagesTab = lazy(async () => ({ default: (await import('./stages-tab.tsx')).StagesTab }));
const TrialsTab = lazy(async () => ({ default: (await import('./trials-tab.tsx')).TrialsTab }));
const EventsTab = lazy(async () => ({ default: (await import('./events-tab.tsx')).EventsTab }));
const ManifestTab = lazy(async () => ({ default: (await import('./manifest-tab.tsx')).ManifestTab }));

const TABS = [
  ['arms', 'Arms', ArmsTab],
  ['difference', 'Difference', DifferenceTab],
  ['pivot', 'Pivot', PivotTab],
  ['cost', 'Cost and quality', CostTab],
  ['stages', 'Stages', StagesTab],
  ['trials', 'Trials', TrialsTab],
  ['events', 'Events', EventsTab],
  ['manifest', 'Manifest', ManifestTab],
] as const;

export function ExperimentTabs({ board }: { readonly board: BoardAnswer }) {
  const { tab = 'arms' } = route.useSearch();
  const navigate = route.useNavigate();
  const shown = board.axes.length < 2 ? TABS.filter(([id]) => id !== 'pivot') : TABS;
  const change = (wanted: string | null): void => {
    const [id] = TABS.find(([one]) => one === wanted) ?? TABS[0];
    void navigate({ search: (old) => ({ ...old, tab: id === 'arms' ? undefined : id }) });
  };
  return (
    <Tabs value={tab} onChange={change} keepMounted={false}>
      <Tabs.List className="tabs-list">
        {shown.map(([id, title]) => (
          <Tabs.Tab key={id} value={id}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {shown.map(([id, , Content]) => (
        <Tabs.Panel key={id} value={id} pt={18}>
          <Suspense fallback={<Loading />}>
            <Content board={board} />
          </Suspense>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
