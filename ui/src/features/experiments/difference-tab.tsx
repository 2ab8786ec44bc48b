import type { BoardAnswer } from '#features/boards/http/experiments.schema.ts';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Chart } from '../../components/chart.tsx';
import { Empty } from '../../components/condition.tsx';
import type { DifferenceData } from '../../components/difference.plot.ts';
import { meanOf, pairedDifferences } from '../../lib/paired-differences.ts';
import { seedName } from '../../lib/seed-names.ts';
import { shownArms } from './shown-arms.ts';

const route = getRouteApi('/experiments/$name');
const load = () => import('../../components/difference.plot.ts');

export function DifferenceTab({ board }: { readonly board: BoardAnswer }) {
  const { dataset } = route.useSearch();
  const data = useMemo(() => differencesOf(board, dataset), [board, dataset]);
  if (data === null)
    return (
      <Empty title="There is no baseline to hold the arms against">
        A manifest names one with <code>report: {'{baseline: ARM}'}</code>; it needs a result.
      </Empty>
    );
  return (
    <Chart
      name={`${board.experiment}-difference`}
      title={`Difference to ${data.baseline}, seed by seed`}
      note="A dot is a pair of trials with the same seeds, a bar the mean. Few seeds carry small differences badly."
      summary={`Differences of ${data.metric} to ${data.baseline} of ${data.arms.length} arms; the table of arms has the numbers.`}
      data={data}
      load={load}
      csv={() => ({
        header: ['arm', 'seeds', 'trial', 'difference'],
        rows: data.differences.map((row) => [row.arm, seedName(row.seeds), row.trial, row.difference]),
      })}
    />
  );
}

function differencesOf(board: BoardAnswer, dataset: string | undefined): DifferenceData | null {
  const { arms, baseline } = shownArms(board, dataset);
  if (baseline === null) return null;
  const differences = arms.filter((arm) => arm !== baseline).flatMap((arm) => pairedDifferences(arm, baseline));
  if (differences.length === 0) return null;
  const means = [...new Set(differences.map(({ arm }) => arm))].map((arm) => ({
    arm,
    mean: meanOf(differences.filter((one) => one.arm === arm).map((one) => one.difference)),
  }));
  return {
    arms: means.toSorted((one, other) => other.mean - one.mean),
    differences,
    metric: board.metric,
    baseline: baseline.name,
  };
}
