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
      columns={columnsOf({
        metrics,
        withExperiment,
        withDataset: new Set(trials.map(({ dataset }) => dataset)).size > 1,
      })}
      idOf={({ id }) => id}
      open={({ id }) => void navigate({ to: '/trials/$id', params: { id } })}
      rowHeight={42}
      {...rest}
    />
  );
}

/** Sorts by the train seed, then by the profile seed, of which there are fewer. */
const SEED_STEP = 10_000;

const EXPERIMENT: Column<TrialAnswer> = {
  id: 'experiment',
  title: 'Experiment',
  value: (trial) => trial.experiment,
  isSecondary: true,
};
const DATASET: Column<TrialAnswer> = {
  id: 'dataset',
  title: 'Data set',
  value: ({ dataset }) => dataset,
  isSecondary: true,
};

interface Shown {
  readonly metrics: readonly string[];
  readonly withExperiment: boolean;
  readonly withDataset: boolean;
}

function columnsOf({ metrics, withExperiment, withDataset }: Shown): readonly Column<TrialAnswer>[] {
  return [
    ...(withExperiment ? [EXPERIMENT] : []),
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
    ...(withDataset ? [DATASET] : []),
    {
      id: 'seeds',
      title: 'Seeds',
      hint: 'Of training and of profiling',
      value: ({ trainSeed, profileSeed }) => (trainSeed === null ? null : trainSeed * SEED_STEP + (profileSeed ?? 0)),
      show: ({ trainSeed, profileSeed }) => (trainSeed === null ? NOTHING : `${trainSeed} · ${profileSeed ?? NOTHING}`),
      isNumber: true,
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
