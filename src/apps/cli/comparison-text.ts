import { stringify } from 'csv-stringify/sync';
import {
  bestMean,
  type ArmResult,
  type Comparison,
  type MetricSummary,
} from '#features/comparisons/domain/comparison.ts';
import type { JsonValue } from '#kernel/json.ts';
import { renderTable, type Column } from './table.ts';
import { printable } from './printable-text.ts';

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
    const arms = armsOn(comparison, dataset);
    const columns = [...axisColumns(comparison, arms), ...columnsFor(arms, (value) => `${value}*`)];
    return [heading(comparison, dataset), '', renderTable(arms, columns)].join('\n');
  });
  return [title(comparison), '', blocks.join('\n\n'), '', ...closing(comparison, '*'), ''].join('\n');
}

function asMarkdown(comparison: Comparison): string {
  const blocks = datasetsOf(comparison).map((dataset) => {
    const arms = armsOn(comparison, dataset);
    const columns = [nameColumn(comparison), ...columnsFor(arms, (value) => `**${value}**`)];
    const head = columns.map(({ title: name }) => name);
    const rule = columns.map(({ align }) => (align === 'right' ? '---:' : '---'));
    const rows = arms.map((arm) => columns.map(({ of }) => escapeCell(String(of(arm) ?? '-'))));
    const table = [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
    return `${heading(comparison, dataset)}\n\n${table}`;
  });
  return [`**${title(comparison)}**`, '', blocks.join('\n\n'), '', ...closing(comparison, 'bold'), ''].join('\n');
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
      llmCalls: arm.llm?.calls ?? '',
      shareOfLlmCalls: arm.llm?.shareOfCalls ?? '',
      llmSimulated: arm.llm?.isSimulated ?? '',
    })),
  );
  return stringify(records, { header: true, cast: { boolean: String } });
}

function title({ experiment, revision, question }: Comparison): string {
  return printable(`${experiment} (revision ${revision}): ${question}`);
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

/** What stands below the tables: how to read them, what was simulated, and what must not be read out of them. */
function closing(comparison: Comparison, mark: '*' | 'bold'): readonly string[] {
  return [legend(comparison, mark), ...callLegend(comparison), ...comparison.warnings.map((warning) => `\n${warning}`)];
}

function callLegend({ arms }: Comparison): readonly string[] {
  const asked = arms.flatMap(({ llm }) => (llm === null ? [] : [llm]));
  if (asked.length === 0) return [];
  const label = asked.some(({ isSimulated }) => isSimulated)
    ? ' SIMULATED: no language model was asked, rules over the texts answered; the numbers say nothing about one.'
    : '';
  return [
    `LLM calls: those that a trial rests on, and its share of them, since trials share stages; means over n.${label}`,
  ];
}

function nameColumn({ baseline }: Pick<Comparison, 'baseline'>): Column<ArmResult> {
  return { title: 'arm', of: ({ name }) => (name === baseline ? `${name} (baseline)` : name) };
}

/** An arm of a grid by the values of its axes, each in a column; a named arm by its name, in the first. */
function axisColumns(comparison: Comparison, arms: readonly ArmResult[]): readonly Column<ArmResult>[] {
  const name = nameColumn(comparison);
  const axes = Object.keys(arms.find((arm) => arm.axes !== null)?.axes ?? {});
  if (axes.length === 0) return [name];
  return axes.map((axis, at) => ({
    title: axis.replace('.', '\n'),
    of: (arm) => (arm.axes === null ? (at === 0 ? name.of(arm) : '') : axisValue(arm.axes[axis])),
  }));
}

function axisValue(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function columnsFor(arms: readonly ArmResult[], mark: Mark): readonly Column<ArmResult>[] {
  const metrics = [...new Set(arms.flatMap((arm) => Object.keys(arm.metrics)))];
  return [
    {
      title: 'n',
      of: ({ trials, planned }) => (trials === planned ? trials : `${trials} of ${planned}`),
      align: 'right',
    },
    ...metrics.map((metric): Column<ArmResult> => {
      // Of arms that have not all their trials, none can be called the best yet.
      const best = isComplete(arms) ? bestMean(arms, metric) : null;
      return { title: metric, of: (arm) => cell(arm.metrics[metric], best, mark), align: 'right' };
    }),
    ...callColumns(arms),
  ];
}

function callColumns(arms: readonly ArmResult[]): readonly Column<ArmResult>[] {
  if (arms.every(({ llm }) => llm === null)) return [];
  return [
    { title: 'LLM calls', of: ({ llm }) => llm?.calls.toFixed(0) ?? null, align: 'right' },
    { title: 'its share', of: ({ llm }) => llm?.shareOfCalls.toFixed(0) ?? null, align: 'right' },
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
