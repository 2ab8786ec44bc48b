import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
} from '@tanstack/react-router';
import { Loading } from '../components/condition.tsx';
import { flag, oneOf, text, texts, whole, type Search } from '../lib/search.ts';
import { Missing } from './missing.tsx';
import { RouteFailed } from './route-failed.tsx';
import { Shell } from './shell.tsx';

const EXPERIMENT_TABS = ['arms', 'pivot', 'difference', 'cost', 'stages', 'trials', 'events', 'manifest'] as const;
const COMPARE_TABS = ['differences', 'curves', 'settings', 'flips'] as const;
const TRIAL_TABS = ['overview', 'curves', 'settings', 'stages', 'files', 'log'] as const;

const root = createRootRouteWithContext<{ readonly client: QueryClient }>()({
  component: Shell,
  notFoundComponent: Missing,
});

/** A link says only what differs from the plain view. */
function optional<Read extends object>(read: (search: Search) => Read): (search: Search) => Partial<Read> {
  return read;
}

const ordered = (search: Search) => ({
  filter: text(search['filter']),
  by: text(search['by']),
  descending: flag(search['descending']),
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: () => <Navigate to="/experiments" replace />,
});

const experiments = createRoute({
  getParentRoute: () => root,
  path: '/experiments',
  validateSearch: optional(ordered),
  component: lazyRouteComponent(() => import('../features/experiments/experiments-page.tsx'), 'ExperimentsPage'),
});

const experiment = createRoute({
  getParentRoute: () => root,
  path: '/experiments/$name',
  validateSearch: optional((search) => ({
    revision: whole(search['revision']),
    metric: text(search['metric']),
    dataset: text(search['dataset']),
    tab: oneOf(search['tab'], EXPERIMENT_TABS),
    rows: text(search['rows']),
    columns: text(search['columns']),
    arms: texts(search['arms']),
    by: text(search['by']),
    descending: flag(search['descending']),
  })),
  component: lazyRouteComponent(() => import('../features/experiments/experiment-page.tsx'), 'ExperimentPage'),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: '/experiments/$name/compare',
  validateSearch: optional((search) => ({
    revision: whole(search['revision']),
    metric: text(search['metric']),
    dataset: text(search['dataset']),
    arms: texts(search['arms']),
    tab: oneOf(search['tab'], COMPARE_TABS),
    curve: text(search['curve']),
    against: text(search['against']),
  })),
  component: lazyRouteComponent(() => import('../features/compare/compare-page.tsx'), 'ComparePage'),
});

const trials = createRoute({
  getParentRoute: () => root,
  path: '/trials',
  validateSearch: optional((search) => ({ ...ordered(search), experiment: text(search['experiment']) })),
  component: lazyRouteComponent(() => import('../features/trials/trials-page.tsx'), 'TrialsPage'),
});

const trial = createRoute({
  getParentRoute: () => root,
  path: '/trials/$id',
  validateSearch: optional((search) => ({
    tab: oneOf(search['tab'], TRIAL_TABS),
    file: text(search['file']),
    stage: text(search['stage']),
  })),
  component: lazyRouteComponent(() => import('../features/trials/trial-page.tsx'), 'TrialPage'),
});

const profilings = createRoute({
  getParentRoute: () => root,
  path: '/profilings',
  component: lazyRouteComponent(() => import('../features/profilings/profilings-page.tsx'), 'ProfilingsPage'),
});

const profiling = createRoute({
  getParentRoute: () => root,
  path: '/profilings/$trial',
  validateSearch: optional((search) => ({
    ...ordered(search),
    session: whole(search['session']),
    attempt: whole(search['attempt']),
  })),
  component: lazyRouteComponent(() => import('../features/profilings/profiling-page.tsx'), 'ProfilingPage'),
});

const pools = createRoute({
  getParentRoute: () => root,
  path: '/pools',
  component: lazyRouteComponent(() => import('../features/pools/pools-page.tsx'), 'PoolsPage'),
});

const pool = createRoute({
  getParentRoute: () => root,
  path: '/pools/$trial',
  validateSearch: optional((search) => ({ with: text(search['with']) })),
  component: lazyRouteComponent(() => import('../features/pools/pool-page.tsx'), 'PoolPage'),
});

const submit = createRoute({
  getParentRoute: () => root,
  path: '/submit',
  validateSearch: optional((search) => ({
    template: text(search['template']),
    experiment: text(search['experiment']),
  })),
  component: lazyRouteComponent(() => import('../features/submit/submit-page.tsx'), 'SubmitPage'),
});

const playground = createRoute({
  getParentRoute: () => root,
  path: '/playground',
  validateSearch: optional((search) => ({
    trial: text(search['trial']),
    beside: text(search['beside']),
    items: texts(search['items']),
  })),
  component: lazyRouteComponent(() => import('../features/playground/playground-page.tsx'), 'PlaygroundPage'),
});

const queue = createRoute({
  getParentRoute: () => root,
  path: '/queue',
  component: lazyRouteComponent(() => import('../features/queue/queue-page.tsx'), 'QueuePage'),
});

const datasets = createRoute({
  getParentRoute: () => root,
  path: '/datasets',
  component: lazyRouteComponent(() => import('../features/datasets/datasets-page.tsx'), 'DatasetsPage'),
});

const dataset = createRoute({
  getParentRoute: () => root,
  path: '/datasets/$name',
  component: lazyRouteComponent(() => import('../features/datasets/dataset-page.tsx'), 'DatasetPage'),
});

const calls = createRoute({
  getParentRoute: () => root,
  path: '/calls',
  validateSearch: optional((search) => ({
    ...ordered(search),
    experiment: text(search['experiment']),
    trial: text(search['trial']),
  })),
  component: lazyRouteComponent(() => import('../features/calls/calls-page.tsx'), 'CallsPage'),
});

const call = createRoute({
  getParentRoute: () => root,
  path: '/calls/$hash',
  component: lazyRouteComponent(() => import('../features/calls/call-page.tsx'), 'CallPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('../features/settings/settings-page.tsx'), 'SettingsPage'),
});

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: optional((search) => ({ then: text(search['then']) })),
  component: lazyRouteComponent(() => import('../features/account/login-page.tsx'), 'LoginPage'),
});

const tree = root.addChildren([
  home,
  experiments,
  experiment,
  compare,
  trials,
  trial,
  profilings,
  profiling,
  pools,
  pool,
  submit,
  playground,
  queue,
  datasets,
  dataset,
  calls,
  call,
  settings,
  login,
]);

export function routerOf(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: 'intent',
    defaultPendingComponent: Loading,
    defaultErrorComponent: RouteFailed,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    readonly router: ReturnType<typeof routerOf>;
  }
}
