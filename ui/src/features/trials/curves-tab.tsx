import type { TrialDetailAnswer, TrialMetricsAnswer } from '#features/boards/http/trials.schema.ts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Answered, Empty } from '../../components/condition.tsx';
import { LineChart } from '../../components/line-chart.tsx';
import type { Line } from '../../components/line.ts';
import { trialMetricsQuery } from './trial-queries.ts';

interface Curve {
  readonly name: string;
  readonly lines: readonly Line[];
}

/** One chart a metric, one line a stage and split, a point an epoch; points are added while the trial runs. */
export function CurvesTab({ trial }: { readonly trial: TrialDetailAnswer }) {
  const query = useQuery(trialMetricsQuery(trial.id));
  return <Answered query={query}>{({ series }) => <Curves series={series} />}</Answered>;
}

function Curves({ series }: Pick<TrialMetricsAnswer, 'series'>) {
  const curves = useMemo(() => curvesOf(series), [series]);
  if (curves.length === 0)
    return <Empty title="No curves">Its method is not trained by epochs, or the first epoch has not ended yet.</Empty>;
  return (
    <div className="columns">
      {curves.map(({ name, lines }) => (
        <LineChart key={name} name={name} title={name} xName="epoch" lines={lines} />
      ))}
    </div>
  );
}

/** Step 0 is the end of a stage, not an epoch. */
function curvesOf(series: TrialMetricsAnswer['series']): readonly Curve[] {
  const curves = new Map<string, Line[]>();
  for (const { name, stage, split, points } of series) {
    const epochs = points.filter(([step]) => step > 0);
    if (epochs.length < 2) continue;
    curves.set(name, [...(curves.get(name) ?? []), { name: `${stage}, ${split}`, points: epochs }]);
  }
  return [...curves]
    .map(([name, lines]) => ({ name, lines }))
    .toSorted((one, other) => rank(one.name) - rank(other.name));
}

/** What decides first, then losses, then the rest; time last. */
function rank(name: string): number {
  if (/^(hr|ndcg|mrr)@/.test(name)) return 0;
  if (name.toLowerCase().includes('loss')) return 1;
  return /seconds|tokensPerSecond/.test(name) ? 3 : 2;
}
