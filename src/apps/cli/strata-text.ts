import type { Strata, Stratum } from '#science/metrics/strata.ts';
import { formatCount, renderTable } from './table.ts';

/** The results of a trial by the length of the input and by uncertainty: its primary metric, and HR and NDCG at the same cutoff. */
export function strataText({ byLength, byUncertainty }: Strata, primary: string): string {
  const lengths = tableOf(byLength, 'items before the target', primary);
  if (byUncertainty === null) return lengths;
  const title = 'decile of uncertainty (10: most)';
  return [lengths, '', tableOf(byUncertainty, title, primary)].join('\n');
}

function tableOf(strata: readonly Stratum[], title: string, primary: string): string {
  const cutoff = primary.slice(primary.indexOf('@'));
  const metrics = [...new Set([primary, `hr${cutoff}`, `ndcg${cutoff}`])];
  const measured = metrics.filter((metric) => strata.some((stratum) => metric in stratum.metrics));
  return renderTable(strata, [
    { title, of: ({ stratum }) => stratum },
    { title: 'targets', of: ({ targets }) => formatCount(targets), align: 'right' },
    ...measured.map((metric) => ({
      title: metric,
      of: ({ metrics: values }: Stratum) => values[metric]?.toFixed(4) ?? null,
      align: 'right' as const,
    })),
  ]);
}
