import type { BoardAnswer } from '#features/boards/http/experiments.schema.ts';
import { getRouteApi } from '@tanstack/react-router';
import { ArmLabel } from '../../components/arm-label.tsx';
import { Card, Facts, type Fact } from '../../components/page.tsx';
import { count, difference, duration, metric, money, tone } from '../../lib/format.ts';
import { meanOf, pairedDifferences } from '../../lib/paired-differences.ts';
import { shownArms } from './shown-arms.ts';

const route = getRouteApi('/experiments/$name');

/** What one wants to know first: which arm is best, by how much, from how many seeds, at what cost. */
export function ExperimentFacts({ board }: { readonly board: BoardAnswer }) {
  const { dataset } = route.useSearch();
  const { best, baseline } = shownArms(board, dataset);
  const seconds = board.stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const [steps, distinct] = [
    board.stages.reduce((sum, stage) => sum + stage.steps, 0),
    board.stages.reduce((sum, stage) => sum + stage.distinct, 0),
  ];
  const facts: Fact[] = [
    ...bestOf(best, board.metric),
    ...againstBaseline(best, baseline),
    {
      name: 'LLM calls asked',
      value: count(Math.round(board.arms.reduce((sum, arm) => sum + arm.shareOfCalls * arm.trials.length, 0))),
      note: money(board.arms.reduce((sum, arm) => sum + arm.usd * arm.trials.length, 0)),
    },
    {
      name: 'Work',
      value: duration(seconds),
      note:
        steps > distinct
          ? `${count(distinct)} stages instead of ${count(steps)}, by sharing`
          : `${count(distinct)} stages`,
    },
  ];
  return (
    <Card>
      <Facts of={facts} />
    </Card>
  );
}

function bestOf(best: Arms['best'], metricName: string): readonly Fact[] {
  const mean = best?.mean ?? null;
  if (best === null || mean === null) return [];
  const seeds = best.values.filter((value) => value !== null).length;
  return [
    { name: 'Best arm', value: <ArmLabel name={best.name} />, isWide: true },
    {
      name: `Its ${metricName}`,
      value: metric(mean),
      note: best.sd === null ? 'one value' : `± ${metric(best.sd)} over ${seeds} seeds`,
    },
  ];
}

type Arms = ReturnType<typeof shownArms>;

function againstBaseline(best: Arms['best'], baseline: Arms['baseline']): readonly Fact[] {
  if (best === null || baseline === null || best === baseline) return [];
  const pairs = pairedDifferences(best, baseline);
  if (pairs.length === 0) return [];
  const above = pairs.filter((pair) => pair.difference > 0).length;
  const mean = meanOf(pairs.map((pair) => pair.difference));
  return [
    {
      name: `Against ${baseline.name}`,
      value: <span className={tone(mean)}>{difference(mean)}</span>,
      note: `above it in ${above} of ${pairs.length} pairs of seeds`,
    },
  ];
}
