import { stringify } from 'csv-stringify/sync';
import {
  bestMean,
  type ArmResult,
  type Comparison,
  type MetricSummary,
} from '#features/comparisons/domain/comparison.ts';
import { renderTable, type Column } from './table.ts';

export const COMPARISON_FORMATS = ['table', 'json', 'csv', 'markdown'] as const;
export type ComparisonFormat = (typeof COMPARISON_FORMATS)[number];

type Mark = (value: string) => string;

export function comparisonText(comparison: Comparison, format: Exclude<ComparisonFormat, 'json'>): string {
  switch (format) {
    case 'table':
      return asTable(comparison);
    case 'csv':
      return asCsv(comparison);
    case 'markdown':
      return asMarkdown(comparison);
  }
}

function asTable(comparison: Comparison): string {
  const blocks = datasetsOf(comparison).map((dataset) => {
    const columns = columnsFor(comparison, dataset, (value) => `${value}*`);
    return [heading(comparison, dataset), '', renderTable(armsOn(comparison, dataset), columns)].join('\n');
  });
  return [title(comparison), '', blocks.join('\n\n'), '', legend(comparison, '*'), ''].join('\n');
}

function asMarkdown(comparison: Comparison): string {
  const blocks = datasetsOf(comparison).map((dataset) => {
    const columns = columnsFor(comparison, dataset, (value) => `**${value}**`);
    const head = columns.map(({ title: name }) => name);
    const rule = columns.map(({ align }) => (align === 'right' ? '---:' : '---'));
    const rows = armsOn(comparison, dataset).map((arm) => columns.map(({ of }) => escapeCell(String(of(arm) ?? '-'))));
    const table = [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
    return `${heading(comparison, dataset)}\n\n${table}`;
  });
  return [`**${title(comparison)}**`, '', blocks.join('\n\n'), '', legend(comparison, 'bold'), ''].join('\n');
}

/** One line an arm, data set and metric: what a statistics program reads. */
function asCsv(comparison: Comparison): string {
  const records = comparison.arms.flatMap((arm) =>
    Object.entries(arm.metrics).map(([metric, { mean, sd, values }]) => ({
      experiment: comparison.experiment,
      revision: comparison.revision,
      dataset: arm.dataset,
      synthetic: comparison.synthetic.includes(arm.dataset),
      arm: arm.name,
      metric,
      n: values.length,
      mean,
      sd: sd ?? '',
      values: values.join(' '),
    })),
  );
  return stringify(records, { header: true, cast: { boolean: String } });
}

function title({ experiment, revision, question }: Comparison): string {
  return `${experiment} (revision ${revision}): ${question}`;
}

/** Numbers are only comparable under one protocol, so it stands above every table. */
function heading({ protocols, synthetic }: Comparison, dataset: string): string {
  const protocol = protocols[dataset];
  if (protocol === undefined) return dataset;
  const { split, evaluate, maskSeen, minItemCount, minLength } = protocol;
  const sessions =
    typeof protocol.sessions === 'string' ? protocol.sessions : `gap of ${protocol.sessions.gapSeconds} s`;
  const words = [
    `${sessions} × ${split}`,
    `full ranking, target ${evaluate}`,
    maskSeen ? 'seen items masked' : 'seen items not masked',
    `items ≥ ${minItemCount}, sessions ≥ ${minLength}`,
  ];
  const label = synthetic.includes(dataset) ? ' (SYNTHETIC data: these numbers say nothing about people)' : '';
  return `${dataset}${label}: ${words.join(', ')}`;
}

function legend({ arms }: Comparison, mark: string): string {
  const hasSpread = arms.some(({ metrics }) => Object.values(metrics).some(({ sd }) => sd !== null));
  const spread = hasSpread
    ? 'mean ± standard deviation over n trials'
    : 'n: trials; a method without chance has one, and no spread';
  if (!isComplete(arms)) return `Partial: not every trial has ended, so none is marked as best. ${spread}.`;
  return `${mark === 'bold' ? 'Bold' : mark}: best of its column. ${spread}. Test split; ties share the mean rank.`;
}

function columnsFor(comparison: Comparison, dataset: string, mark: Mark): readonly Column<ArmResult>[] {
  const arms = armsOn(comparison, dataset);
  const metrics = [...new Set(arms.flatMap((arm) => Object.keys(arm.metrics)))];
  return [
    { title: 'arm', of: ({ name }) => (name === comparison.baseline ? `${name} (baseline)` : name) },
    {
      title: 'n',
      of: ({ trials, planned }) => (trials === planned ? trials : `${trials} of ${planned}`),
      align: 'right',
    },
    ...metrics.map((metric): Column<ArmResult> => {
      // Of arms that have not all their trials, none can be called the best yet.
      const best = isComplete(arms) ? bestMean(arms, dataset, metric) : null;
      return { title: metric, of: (arm) => cell(arm.metrics[metric], best, mark), align: 'right' };
    }),
  ];
}

function isComplete(arms: readonly ArmResult[]): boolean {
  return arms.every(({ trials, planned }) => trials === planned);
}

function cell(summary: MetricSummary | undefined, best: number | null, mark: Mark): string | null {
  if (summary === undefined) return null;
  const { mean, sd } = summary;
  const value = sd === null ? decimal(mean) : `${decimal(mean)} ± ${decimal(sd)}`;
  return mean === best ? mark(value) : value;
}

/** `.0217`, as papers write rates. */
function decimal(value: number): string {
  return value.toFixed(4).replace(/^0\./, '.');
}

function datasetsOf({ arms }: Comparison): readonly string[] {
  return [...new Set(arms.map(({ dataset }) => dataset))];
}

function armsOn({ arms }: Comparison, dataset: string): readonly ArmResult[] {
  return arms.filter((arm) => arm.dataset === dataset);
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
