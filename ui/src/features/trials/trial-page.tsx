import type { TrialDetailAnswer } from '#features/boards/http/trials.schema.ts';
import { Button, Group } from '@mantine/core';
import { IconMicroscope, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy } from 'react';
import { Approval } from '../../components/approval.tsx';
import { armText } from '../../components/arm-label.tsx';
import { Answered } from '../../components/condition.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { Page } from '../../components/page.tsx';
import { Provenance } from '../../components/provenance.tsx';
import { State } from '../../components/state.tsx';
import { ViewTabs } from '../../components/view-tabs.tsx';
import { useIsSynthetic } from '../../lib/synthetic.ts';
import { useMayWrite } from '../../lib/session.ts';
import { useWish } from '../../lib/wishes.ts';
import { FilesTab } from './files-tab.tsx';
import { LogTab } from './log-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { SettingsTab } from './settings-tab.tsx';
import { StepsTab } from './steps-tab.tsx';
import { trialQuery } from './trial-queries.ts';

const route = getRouteApi('/trials/$id');
const CurvesTab = lazy(async () => ({ default: (await import('./curves-tab.tsx')).CurvesTab }));

const TABS = [
  ['overview', 'Overview', OverviewTab],
  ['curves', 'Curves', CurvesTab],
  ['settings', 'Settings', SettingsTab],
  ['stages', 'Stages and lineage', StepsTab],
  ['files', 'Files', FilesTab],
  ['log', 'Log', LogTab],
] as const;

export function TrialPage() {
  const { id } = route.useParams();
  const query = useQuery(trialQuery(id));
  const trial = query.data;
  return (
    <Page
      title={trial === undefined ? `Trial ${id.slice(0, 16)}` : armText(trial.arm)}
      aside={trial && <State of={trial.status} />}
      lead={trial && <Origin of={trial} />}
      actions={trial && <Actions of={trial} />}
    >
      <Answered query={query} rows={10}>
        {(shown) => <TrialTabs trial={shown} />}
      </Answered>
    </Page>
  );
}

function Origin({ of: { id, experiment, revision, dataset, seeds, llm } }: { readonly of: TrialDetailAnswer }) {
  const isSynthetic = useIsSynthetic(dataset);
  return (
    <Group gap={12}>
      <span>
        <Link to="/experiments/$name" params={{ name: experiment }} search={{ revision }}>
          {experiment}
        </Link>{' '}
        <span className="muted">
          revision {revision} ·{' '}
          <Link to="/datasets/$name" params={{ name: dataset }}>
            {dataset}
          </Link>
          {seeds.train !== null && ` · train seed ${seeds.train}`}
          {seeds.profile !== null && ` · profile seed ${seeds.profile}`} · <span className="mono">{id}</span>
        </span>
      </span>
      <Provenance simulated={llm.own.simulatedCalls > 0} synthetic={isSynthetic} />
    </Group>
  );
}

function Actions({ of: trial }: { readonly of: TrialDetailAnswer }) {
  const mayWrite = useMayWrite();
  const wish = useWish('trials', trial.id);
  const hasProfiled = trial.stages.some(({ kind, status }) => kind === 'profiling-batch' && status === 'succeeded');
  return (
    <>
      {mayWrite && trial.status === 'failed' && (
        <Button
          variant="default"
          leftSection={<IconRefresh size={15} aria-hidden />}
          loading={wish.isPending}
          onClick={() => wish.mutate({ wish: 'retry' })}
        >
          Retry
        </Button>
      )}
      <Approval submission={trial.submission} refusal={wish.error} close={wish.reset} />
      {trial.status === 'succeeded' && (
        <LinkButton
          variant="default"
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          to="/playground"
          search={{ trial: trial.id }}
        >
          Try it
        </LinkButton>
      )}
      {hasProfiled && (
        <LinkButton
          leftSection={<IconMicroscope size={16} aria-hidden />}
          to="/profilings/$trial"
          params={{ trial: trial.id }}
        >
          Prompts behind it
        </LinkButton>
      )}
    </>
  );
}

function TrialTabs({ trial }: { readonly trial: TrialDetailAnswer }) {
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <ViewTabs
      tabs={TABS}
      of={{ trial }}
      shown={tab}
      onChange={(id) => void navigate({ search: (old) => ({ ...old, tab: id }) })}
    />
  );
}
