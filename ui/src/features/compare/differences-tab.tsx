import { Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { ArmLabel } from '../../components/arm-label.tsx';
import { Chart } from '../../components/chart.tsx';
import { Empty } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import type { DifferenceData } from '../../components/difference.plot.ts';
import { Section } from '../../components/page.tsx';
import { difference, tone } from '../../lib/format.ts';
import { meanOf, pairedDifferences, type PairedDifference } from '../../lib/paired-differences.ts';
import { seedName } from '../../lib/seed-names.ts';
import type { Compared } from './compared.ts';

const load = () => import('../../components/difference.plot.ts');

export function DifferencesTab({ board, arms }: Compared) {
  const data = useMemo(() => differencesOf({ board, arms }), [board, arms]);
  if (data === null)
    return (
      <Empty title="No pair of trials has the same seeds">Differences appear as trials with common seeds end.</Empty>
    );
  return (
    <Stack gap={22}>
      <Chart
        name={`${board.experiment}-compared`}
        title={`Difference to ${data.baseline}, seed by seed`}
        note="A dot is a pair of trials with the same seeds and leads to the trial; a bar is the mean."
        summary={data.arms.map(({ arm, mean }) => `${arm}: ${difference(mean)}`).join('; ')}
        data={data}
        load={load}
      />
      <Section title="Seed by seed">
        <DataTable
          name={`${board.experiment}-differences`}
          rows={data.differences}
          columns={COLUMNS}
          idOf={({ trial }) => trial}
          rowHeight={36}
        />
      </Section>
    </Stack>
  );
}

const COLUMNS: readonly Column<PairedDifference>[] = [
  { id: 'arm', title: 'Arm', value: ({ arm }) => arm, show: ({ arm }) => <ArmLabel name={arm} /> },
  { id: 'seeds', title: 'Seeds', value: ({ seeds }) => seedName(seeds) },
  {
    id: 'difference',
    title: 'Difference',
    value: (row) => row.difference,
    show: (row) => <span className={tone(row.difference)}>{difference(row.difference)}</span>,
    isNumber: true,
  },
  {
    id: 'trial',
    title: 'Trial',
    value: ({ trial }) => trial,
    show: ({ trial }) => (
      <Link to="/trials/$id" params={{ id: trial }} className="mono">
        {trial.slice(0, 8)}
      </Link>
    ),
    isSecondary: true,
  },
];

function differencesOf({ board, arms: [first, ...others] }: Compared): DifferenceData | null {
  if (first === undefined) return null;
  const differences = others.flatMap((arm) => pairedDifferences(arm, first));
  if (differences.length === 0) return null;
  const arms = others.flatMap(({ name }) => {
    const own = differences.filter(({ arm }) => arm === name).map((one) => one.difference);
    return own.length === 0 ? [] : [{ arm: name, mean: meanOf(own) }];
  });
  return { arms, differences, metric: board.metric, baseline: first.name };
}
