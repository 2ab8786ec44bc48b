import type { BoardAnswer, BoardArm } from '#features/boards/http/experiments.schema.ts';
import { SegmentedControl } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Chart } from '../../components/chart.tsx';
import { Empty } from '../../components/condition.tsx';
import type { CostData } from './cost.plot.ts';
import { shownArms } from './shown-arms.ts';
import { isUnbeaten } from './unbeaten.ts';

const route = getRouteApi('/experiments/$name');
const load = () => import('./cost.plot.ts');

const COSTS = {
  calls: { title: 'LLM calls', unit: 'LLM calls of a trial', of: (arm: BoardArm) => arm.calls },
  usd: { title: 'US dollars', unit: 'US dollars of a trial', of: (arm: BoardArm) => arm.usd },
  seconds: { title: 'Time', unit: 'seconds of a trial', of: (arm: BoardArm) => arm.seconds },
} as const;
type CostKind = keyof typeof COSTS;
const isKind = (word: string): word is CostKind => word in COSTS;

export function CostTab({ board }: { readonly board: BoardAnswer }) {
  const { dataset } = route.useSearch();
  const [kind, setKind] = useState<CostKind>('calls');
  const data = useMemo(() => costsOf(board, dataset, kind), [board, dataset, kind]);
  if (data.points.length === 0) return <Empty title="No arm has a result yet">Points appear as trials end.</Empty>;
  return (
    <Chart
      name={`${board.experiment}-cost`}
      title={`What an arm costs against its ${board.metric}`}
      note="Filled: no other arm is both cheaper and better. Dashed: the baseline. Costs are those of a trial as if it had run alone."
      summary={`${data.points.length} arms by ${data.unit} and ${board.metric}.`}
      data={data}
      load={load}
      csv={() => ({
        header: ['arm', kind, 'mean', 'sd', 'unbeaten'],
        rows: data.points.map((point) => [point.arm, point.cost, point.mean, point.sd, point.isUnbeaten]),
      })}
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Which cost"
          value={kind}
          onChange={(word) => isKind(word) && setKind(word)}
          data={Object.entries(COSTS).map(([value, { title }]) => ({ value, label: title }))}
        />
      }
    />
  );
}

function costsOf(board: BoardAnswer, dataset: string | undefined, kind: CostKind): CostData {
  const { arms, baseline } = shownArms(board, dataset);
  const offers = arms.flatMap((arm) =>
    arm.mean === null ? [] : [{ arm: arm.name, cost: COSTS[kind].of(arm), mean: arm.mean, sd: arm.sd }],
  );
  const points = offers.map((offer) => ({ ...offer, isUnbeaten: isUnbeaten(offer, offers) }));
  return { points, metric: board.metric, unit: COSTS[kind].unit, baseline: baseline?.mean ?? null };
}
