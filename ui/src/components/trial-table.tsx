import type { TrialAnswer } from '#features/boards/http/trials.schema.ts';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { duration, metric, NOTHING } from '../lib/format.ts';
import { ArmLabel } from './arm-label.tsx';
import { DataTable, type Column, type Order } from './data-table.tsx';
import { State } from './state.tsx';
import { When } from './when.tsx';

interface Props {
  readonly name: string;
  readonly trials: readonly TrialAnswer[];
  /** Names of the metrics that are columns. */
  readonly metrics: readonly string[];
  /** Of several experiments: which one is said. */
  readonly withExperiment?: boolean;
  readonly tools?: ReactNode;
  readonly order?: Order | undefined;
  readonly onOrder?: (order: Order) => void;
}

export function TrialTable({ name, trials, metrics, withExperiment = false, ...rest }: Props) {
  const navigate = useNavigate();
  return (
    <DataTable
      name={name}
      rows={trials}
      columns={columnsOf(metrics, withExperiment)}
      idOf={({ id }) => id}
      open={({ id }) => void navigate({ to: '/trials/$id', params: { id } })}
      rowHeight={42}
      {...rest}
    />
  );
}

function columnsOf(metrics: readonly string[], withExperiment: boolean): readonly Column<TrialAnswer>[] {
  const experiment: Column<TrialAnswer> = {
    id: 'experiment',
    title: 'Experiment',
    value: (trial) => trial.experiment,
    isSecondary: true,
  };
  return [
    ...(withExperiment ? [experiment] : []),
    {
      id: 'arm',
      title: 'Arm',
      value: ({ arm }) => arm,
      show: ({ arm, id }) => (
        <Link to="/trials/$id" params={{ id }} style={{ color: 'var(--ink)' }}>
          <ArmLabel name={arm} />
        </Link>
      ),
      width: 260,
    },
    { id: 'dataset', title: 'Data set', value: ({ dataset }) => dataset, isSecondary: true },
    {
      id: 'trainSeed',
      title: 'Train seed',
      value: ({ trainSeed }) => trainSeed,
      show: ({ trainSeed }) => trainSeed ?? NOTHING,
      isNumber: true,
    },
    {
      id: 'profileSeed',
      title: 'Profile seed',
      value: ({ profileSeed }) => profileSeed,
      show: ({ profileSeed }) => profileSeed ?? NOTHING,
      isNumber: true,
      isSecondary: true,
    },
    { id: 'status', title: 'State', value: ({ status }) => status, show: ({ status }) => <State of={status} /> },
    ...metrics.map((wanted): Column<TrialAnswer> => ({
      id: wanted,
      title: wanted,
      value: (trial) => trial.metrics[wanted],
      show: (trial) => metric(trial.metrics[wanted]),
      isNumber: true,
    })),
    {
      id: 'seconds',
      title: 'Time',
      value: ({ seconds }) => seconds,
      show: ({ seconds }) => duration(seconds),
      isNumber: true,
      isSecondary: true,
    },
    {
      id: 'endedAt',
      title: 'Ended',
      value: ({ endedAt }) => endedAt,
      show: ({ endedAt }) => <When at={endedAt} />,
      isNumber: true,
      isSecondary: true,
    },
  ];
}
