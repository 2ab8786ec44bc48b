import type { BoardAnswer } from '#features/boards/http/experiments.schema.ts';
import { getRouteApi } from '@tanstack/react-router';
import { lazy } from 'react';
import { ViewTabs } from '../../components/view-tabs.tsx';
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
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const shown = board.axes.length < 2 ? TABS.filter(([id]) => id !== 'pivot') : TABS;
  return (
    <ViewTabs
      tabs={shown}
      of={{ board }}
      shown={tab}
      onChange={(id) => void navigate({ search: (old) => ({ ...old, tab: id }) })}
    />
  );
}
