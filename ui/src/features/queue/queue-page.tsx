import type { QueueAnswer } from '#features/stages/http/stages.schema.ts';
import type { WorkerAnswer } from '#features/workers/http/workers.schema.ts';
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Answered, Empty, Hint } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Card, Facts, Page, Section } from '../../components/page.tsx';
import { State } from '../../components/state.tsx';
import { When } from '../../components/when.tsx';
import { count, duration, shortId } from '../../lib/format.ts';
import { listing, reading } from '../../lib/queries.ts';

/** Seconds of running stages grow without an event. */
const POLL_MS = 5000;

export function QueuePage() {
  const queue = useQuery({ ...reading<QueueAnswer>('/queue', {}, { isLive: true }), refetchInterval: POLL_MS });
  const workers = useQuery({
    ...listing<WorkerAnswer>('/workers', {}, { isLive: true, most: 500 }),
    refetchInterval: POLL_MS,
  });
  return (
    <Page title="Queue and workers" lead="What runs, what waits, who works.">
      <Stack gap={26}>
        <Answered query={queue}>
          {(answer) => (
            <Queue queue={answer} hasWorkers={workers.data?.items.some(({ status }) => status === 'working') ?? true} />
          )}
        </Answered>
        <Section title="Workers">
          <Answered query={workers}>{({ items }) => <Workers workers={items} />}</Answered>
        </Section>
      </Stack>
    </Page>
  );
}

function Queue({ queue, hasWorkers }: { readonly queue: QueueAnswer; readonly hasWorkers: boolean }) {
  const sum = (status: string): number =>
    queue.counts.filter((one) => one.status === status).reduce((all, one) => all + one.count, 0);
  return (
    <>
      <Card>
        <Facts
          of={[
            { name: 'Running', value: count(sum('running')) },
            { name: 'Ready', value: count(sum('ready')) },
            { name: 'Waiting for others', value: count(sum('blocked')) },
            { name: 'Failed', value: count(sum('failed')) },
            { name: 'Succeeded', value: count(sum('succeeded')) },
          ]}
        />
      </Card>
      {!hasWorkers && sum('ready') > 0 && (
        <Hint>
          Stages are ready, but nobody works. <code>sprintlab worker</code> joins from any machine that reaches the data
          base.
        </Hint>
      )}
      <div className="columns">
        <Section title="Running">
          {queue.running.length === 0 ? (
            <Empty title="Nothing runs" />
          ) : (
            <DataTable
              name="running"
              rows={queue.running}
              columns={RUNNING}
              idOf={({ stage }) => stage}
              rowHeight={36}
            />
          )}
        </Section>
        <Section title="Next" note="In the order in which they will be claimed.">
          {queue.waiting.length === 0 ? (
            <Empty title="Nothing waits" />
          ) : (
            <DataTable
              name="waiting"
              rows={queue.waiting}
              columns={WAITING}
              idOf={({ stage }) => stage}
              rowHeight={36}
            />
          )}
        </Section>
      </div>
    </>
  );
}

const RUNNING: readonly Column<QueueAnswer['running'][number]>[] = [
  {
    id: 'kind',
    title: 'Stage',
    value: ({ kind }) => kind,
    show: ({ kind, stage }) => <StageName kind={kind} stage={stage} />,
  },
  { id: 'host', title: 'On', value: ({ host, pid }) => `${host} ${pid}` },
  {
    id: 'trials',
    title: 'For trials',
    value: ({ trials }) => trials,
    show: ({ trials }) => count(trials),
    isNumber: true,
  },
  {
    id: 'seconds',
    title: 'Since',
    value: ({ seconds }) => seconds,
    show: ({ seconds }) => duration(seconds),
    isNumber: true,
  },
];

const WAITING: readonly Column<QueueAnswer['waiting'][number]>[] = [
  {
    id: 'kind',
    title: 'Stage',
    value: ({ kind }) => kind,
    show: ({ kind, stage }) => <StageName kind={kind} stage={stage} />,
  },
  {
    id: 'trials',
    title: 'For trials',
    value: ({ trials }) => trials,
    show: ({ trials }) => count(trials),
    isNumber: true,
  },
  {
    id: 'createdAt',
    title: 'Since',
    value: ({ createdAt }) => createdAt,
    show: ({ createdAt }) => <When at={createdAt} />,
    isNumber: true,
  },
];

function StageName({ kind, stage }: { readonly kind: string; readonly stage: string }) {
  return (
    <>
      {kind} <span className="mono muted">{shortId(stage)}</span>
    </>
  );
}

function Workers({ workers }: { readonly workers: readonly WorkerAnswer[] }) {
  if (workers.length === 0)
    return (
      <Empty title="No worker has ever joined">
        This server works itself unless it was started with <code>--workers 0</code>.
      </Empty>
    );
  return <DataTable name="workers" rows={workers} columns={WORKERS} idOf={({ id }) => id} />;
}

const WORKERS: readonly Column<WorkerAnswer>[] = [
  { id: 'host', title: 'Host', value: ({ host }) => host },
  { id: 'pid', title: 'Process', value: ({ pid }) => pid, isNumber: true },
  { id: 'status', title: 'State', value: ({ status }) => status, show: ({ status }) => <State of={status} /> },
  { id: 'slots', title: 'Slots', value: ({ slots }) => slots, isNumber: true },
  {
    id: 'running',
    title: 'Runs',
    value: ({ running }) => running.map(({ kind }) => kind).join(', '),
    show: ({ running }) => (
      <span className="muted">{running.map(({ kind, seconds }) => `${kind} ${duration(seconds)}`).join(', ')}</span>
    ),
  },
  {
    id: 'since',
    title: 'Joined',
    value: ({ since }) => since,
    show: ({ since }) => <When at={since} />,
    isNumber: true,
    isSecondary: true,
  },
  { id: 'seen', title: 'Last seen', value: ({ seen }) => seen, show: ({ seen }) => <When at={seen} />, isNumber: true },
];
