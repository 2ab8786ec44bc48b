import type { TrialDetailAnswer } from '#features/boards/http/trials.schema.ts';
import type { StageLogAnswer } from '#features/stages/http/stages.schema.ts';
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Answered, Empty } from '../../components/condition.tsx';
import { Card } from '../../components/page.tsx';
import { State } from '../../components/state.tsx';
import { shortId } from '../../lib/format.ts';
import { reading } from '../../lib/queries.ts';

const route = getRouteApi('/trials/$id');

export function LogTab({ trial: { stages } }: { readonly trial: TrialDetailAnswer }) {
  const { stage } = route.useSearch();
  const navigate = route.useNavigate();
  const shown =
    stages.find(({ key }) => key === stage) ??
    stages.find(({ status }) => status === 'failed') ??
    stages.findLast(({ executions }) => executions > 0);
  if (shown === undefined) return <Empty title="No stage has begun">A log begins with the first execution.</Empty>;
  return (
    <>
      <Select
        label="Stage"
        size="xs"
        mb={14}
        maw={360}
        allowDeselect={false}
        data={stages.map(({ key, kind }) => ({ value: key, label: `${kind} · ${shortId(key)}` }))}
        value={shown.key}
        onChange={(key) => void navigate({ search: (old) => ({ ...old, stage: key ?? undefined }), replace: true })}
      />
      <StageLog key={shown.key} stage={shown.key} />
    </>
  );
}

function StageLog({ stage }: { readonly stage: string }) {
  const query = useQuery(reading<StageLogAnswer>(`/stages/${stage}/log`, {}, { isLive: true }));
  return (
    <Answered query={query}>
      {({ log, status, execution }) => (
        <Card>
          <div style={{ marginBottom: 10, fontSize: 13 }}>
            <span className="muted">Execution {execution} </span>
            <State of={status} />
          </div>
          <pre className="text" tabIndex={0} style={{ maxHeight: 560, overflow: 'auto' }}>
            {log === '' ? 'It said nothing.' : log}
          </pre>
        </Card>
      )}
    </Answered>
  );
}
