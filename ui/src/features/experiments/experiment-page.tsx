import type { BoardAnswer } from '#features/boards/http/experiments.schema.ts';
import { Group, Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Answered, Caution } from '../../components/condition.tsx';
import { Page } from '../../components/page.tsx';
import { Progress } from '../../components/progress.tsx';
import { Provenance } from '../../components/provenance.tsx';
import { State, submissionState } from '../../components/state.tsx';
import { When } from '../../components/when.tsx';
import { shownDataset } from '../../lib/shown-dataset.ts';
import { ExperimentActions } from './experiment-actions.tsx';
import { ExperimentFacts } from './experiment-facts.tsx';
import { boardQuery } from './experiment-queries.ts';
import { ExperimentTabs } from './experiment-tabs.tsx';

const route = getRouteApi('/experiments/$name');

export function ExperimentPage() {
  const { name } = route.useParams();
  const { revision, metric } = route.useSearch();
  const query = useQuery({ ...boardQuery(name, { revision, metric }), placeholderData: keepPreviousData });
  const board = query.data?.experiment === name ? query.data : undefined;
  return (
    <Page
      title={board?.question ?? name}
      lead={board && <Standing of={board} />}
      actions={
        board && (
          <>
            <Choices board={board} />
            <ExperimentActions board={board} />
          </>
        )
      }
    >
      <Answered query={query} rows={12}>
        {(shown) => (
          <>
            <Warnings of={shown} />
            <ExperimentFacts board={shown} />
            <ExperimentTabs board={shown} />
          </>
        )}
      </Answered>
    </Page>
  );
}

function Standing({
  of: { experiment, revision, submission, progress, synthetic, simulated, createdAt },
}: {
  readonly of: BoardAnswer;
}) {
  return (
    <Group gap={14}>
      <span className="muted">
        {experiment} · revision {revision} · <When at={createdAt} />
      </span>
      {submission !== null && <State of={submissionState(submission.state, progress.failed)} />}
      <Progress {...progress} />
      <span style={{ display: 'inline-flex', gap: 6 }}>
        <Provenance simulated={simulated} synthetic={synthetic.length > 0} />
      </span>
    </Group>
  );
}

function Warnings({ of: { submission, warnings } }: { readonly of: BoardAnswer }) {
  const reason = submission?.reason ?? null;
  if (reason === null && warnings.length === 0) return null;
  return (
    <Caution>
      {reason !== null && <div>Paused: {reason.message}</div>}
      {warnings.map((warning) => (
        <div key={warning}>{warning}</div>
      ))}
    </Caution>
  );
}

function Choices({ board }: { readonly board: BoardAnswer }) {
  const { dataset: wantedDataset } = route.useSearch();
  const navigate = route.useNavigate();
  const { datasets, dataset } = shownDataset(board, wantedDataset);
  return (
    <Group gap="xs">
      <Select
        aria-label="Metric"
        size="sm"
        w={120}
        data={[...board.metrics]}
        value={board.metric}
        allowDeselect={false}
        onChange={(metric) =>
          void navigate({
            search: (old) => ({ ...old, metric: metric === board.primary ? undefined : (metric ?? undefined) }),
          })
        }
      />
      {datasets.length > 1 && (
        <Select
          aria-label="Data set"
          size="sm"
          data={[...datasets]}
          value={dataset}
          allowDeselect={false}
          onChange={(wanted) => void navigate({ search: (old) => ({ ...old, dataset: wanted ?? undefined }) })}
        />
      )}
      {board.revisions.length > 1 && (
        <Select
          aria-label="Revision"
          size="sm"
          w={130}
          data={board.revisions.map((number) => ({ value: String(number), label: `revision ${number}` }))}
          value={String(board.revision)}
          allowDeselect={false}
          onChange={(wanted) => void navigate({ search: (old) => ({ ...old, revision: Number(wanted) }) })}
        />
      )}
    </Group>
  );
}
