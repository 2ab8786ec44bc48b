import type { BoardAnswer, BoardStage } from '#features/boards/http/experiments.schema.ts';
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Answered } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Section } from '../../components/page.tsx';
import { Progress } from '../../components/progress.tsx';
import { count, duration, percent } from '../../lib/format.ts';
import { stageGraphQuery } from './experiment-queries.ts';
import { StageGraph } from './stage-graph.tsx';

export function StagesTab({ board }: { readonly board: BoardAnswer }) {
  const query = useQuery(stageGraphQuery(board.experiment, { revision: board.revision }));
  const total = board.stages.reduce((sum, { seconds }) => sum + seconds, 0);
  return (
    <Stack gap={24}>
      <Section
        title="How the stages hang together"
        note="Trials share what is the same for them: each box says how many stages serve how many trials. The green bar is what is done, the grey line where the time went."
      >
        <Answered query={query}>{(graph) => <StageGraph graph={graph} />}</Answered>
      </Section>
      <Section title="Where the time went">
        <DataTable
          name={`${board.experiment}-stages`}
          rows={board.stages}
          columns={columnsOf(total)}
          idOf={({ kind }) => kind}
        />
      </Section>
    </Stack>
  );
}

function columnsOf(total: number): readonly Column<BoardStage>[] {
  return [
    { id: 'kind', title: 'Stage', value: ({ kind }) => kind },
    {
      id: 'done',
      title: 'Done',
      value: ({ succeeded }) => succeeded,
      show: ({ distinct, succeeded, failed, running }) => (
        <Progress trials={distinct} succeeded={succeeded} failed={failed} running={running} />
      ),
    },
    {
      id: 'steps',
      title: 'Steps of trials',
      value: ({ steps }) => steps,
      show: ({ steps }) => count(steps),
      isNumber: true,
    },
    {
      id: 'saved',
      title: 'Saved by sharing',
      hint: 'Steps that needed no run of their own',
      value: ({ steps, distinct }) => 1 - distinct / Math.max(1, steps),
      show: ({ steps, distinct }) => percent(1 - distinct / Math.max(1, steps)),
      isNumber: true,
    },
    {
      id: 'seconds',
      title: 'Time',
      value: ({ seconds }) => seconds,
      show: ({ seconds }) => duration(seconds),
      isNumber: true,
    },
    {
      id: 'share',
      title: 'Share of it',
      value: ({ seconds }) => seconds / Math.max(1e-9, total),
      show: ({ seconds }) => (
        <span style={{ display: 'flex', alignItems: 'center', gap: 8, justifyContent: 'flex-end' }}>
          <span aria-hidden style={{ width: 120, height: 6, background: 'var(--line)', borderRadius: 3 }}>
            <span
              style={{
                display: 'block',
                height: 6,
                borderRadius: 3,
                background: 'var(--accent)',
                width: `${(100 * seconds) / Math.max(1e-9, total)}%`,
              }}
            />
          </span>
          <span style={{ minWidth: 40 }}>{percent(seconds / Math.max(1e-9, total))}</span>
        </span>
      ),
      isNumber: true,
    },
  ];
}
