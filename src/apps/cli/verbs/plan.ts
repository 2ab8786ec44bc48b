import { cpus } from 'node:os';
import type { AxisCost, PlanSummary, RatioCost } from '#features/experiments/domain/plan-summary.ts';
import type { Cost } from '#features/experiments/domain/stage-costs.ts';
import type { ManifestPlan } from '#features/experiments/planning.service.ts';
import { formatPlace, type Place } from '#kernel/domain-error.ts';
import { formatCount, formatSeconds, renderTable, type Column } from '../table.ts';
import { verb, type AddVerb } from '../verb.ts';
import { printable } from '../printable-text.ts';

export const addPlan: AddVerb = (program, perform) => {
  const command = verb(
    'plan <manifest>',
    'show what a manifest would run, what is there already, and the bill; runs nothing',
    'sprintlab plan experiments/demo.yaml',
  ).action((file: string, options: { json?: boolean }) =>
    perform(
      options,
      async ({ application }) => {
        const plan = await application.planning.plan(file);
        const tokens = await application.calls.meanTokens();
        const summary = await application.planning.summarise(plan, cpus().length, tokens);
        return { json: { ...summary, warnings: plan.warnings }, text: planText(plan, summary) };
      },
      async ({ server }) => {
        const plan = await (await import('../remote/manifests.ts')).farPlan(server, file);
        return { json: plan, text: farPlanText(plan) };
      },
    ),
  );
  program.addCommand(command);
};

function planText(plan: ManifestPlan, summary: PlanSummary): string {
  return inBlocks([
    [
      ...plan.warnings.map((place) => `warning: ${formatPlace(place)}`),
      printable(`${summary.experiment}: ${plan.manifest.question}`),
    ],
    [armTable(plan, summary)],
    axisTable(summary),
    ratioTable(summary),
    [planLine(summary), ...grounds(summary)],
  ]);
}

/** What a server says of a plan: arms by name and cost, since what is in them it does not repeat. */
function farPlanText({ warnings, ...summary }: PlanSummary & { readonly warnings: readonly Place[] }): string {
  const arms = renderTable(summary.cheapestOrder, [
    { title: 'arm', of: ({ arm }) => arm },
    ...(summary.stages.toRun === 0 ? [] : costColumns(summary.cheapestOrder)),
  ]);
  const heading = [...warnings.map((place) => `warning: ${formatPlace(place)}`), `${summary.experiment}:`];
  return inBlocks([heading, [arms], axisTable(summary), ratioTable(summary), [planLine(summary), ...grounds(summary)]]);
}

function inBlocks(parts: readonly (readonly string[])[]): string {
  const blocks = parts.filter((part) => part.length > 0).map((part) => part.join('\n'));
  return `${blocks.join('\n\n')}\n`;
}

/** Trials, stages and the bill in one sentence. */
export function planLine({ trials, arms, stages, llm, seconds }: PlanSummary): string {
  const time = stages.toRun === 0 ? 'nothing to run' : `about ${formatSeconds(seconds.expected)} (${seconds.basis})`;
  return (
    `${formatCount(arms)} arms, ${formatCount(trials)} trials; ${formatCount(stages.total)} stages, ` +
    `${formatCount(stages.distinct)} distinct, ${formatCount(stages.cached)} done already, ${formatCount(stages.toRun)} to run; ` +
    `${llm.calls === 0 ? 'no LLM calls' : `at most ${formatCount(llm.calls)} LLM calls, $${llm.usd.toFixed(2)}`}; ${time}.`
  );
}

/** What the bill rests on. */
function grounds({ llm, seconds, stages }: PlanSummary): string[] {
  const lines: string[] = [];
  if (llm.calls > 0) {
    const tokens = `${formatCount(llm.promptTokens)} tokens asked and ${formatCount(llm.completionTokens)} answered`;
    const [asked, answered] = [llm.promptTokens, llm.completionTokens].map((sum) => Math.round(sum / llm.calls));
    const source = llm.basis === 'measured' ? 'the mean of the calls kept here' : 'a guess';
    lines.push(`LLM: at most ${tokens}; of a call ${asked} and ${answered}, ${source}.`);
  }
  if (stages.toRun > 0) {
    const some = `${formatCount(seconds.measuredStages)} of the ${formatCount(stages.toRun)} stages to run`;
    const rest = seconds.basis === 'measured' ? '' : ` for ${some}, guessed for the others`;
    lines.push(`Time: measured on this host and these data${rest}.`);
  }
  return lines;
}

interface ArmRow extends Cost {
  readonly arm: string;
  readonly method: string;
  readonly trials: number;
}

/** In the cheapest order, with what each arm costs after those above it; in that of the manifest where nothing is to run. */
function armTable({ arms, trials }: ManifestPlan, summary: PlanSummary): string {
  const methods = new Map(arms.map(({ name, settings }) => [name, settings.method]));
  const counts = new Map<string, number>();
  for (const { trial } of trials) counts.set(trial.arm, (counts.get(trial.arm) ?? 0) + 1);
  const rows = summary.cheapestOrder.map((cost) => ({
    ...cost,
    method: methods.get(cost.arm) ?? '-',
    trials: counts.get(cost.arm) ?? 0,
  }));
  const datasets = [...new Set(trials.map(({ trial }) => trial.dataset))];
  const title =
    summary.stages.toRun === 0 ? 'Arms' : 'Arms in the cheapest order, and what each adds to those above it';
  const table = renderTable<ArmRow>(rows, [
    { title: 'arm', of: ({ arm }) => arm },
    { title: 'method', of: ({ method }) => method },
    { title: 'trials', of: ({ trials: count }) => count, align: 'right' },
    ...(summary.stages.toRun === 0 ? [] : costColumns(rows)),
  ]);
  return `${title}, on ${datasets.join(', ')}:\n${table}`;
}

function axisTable({ byAxis, stages }: PlanSummary): string[] {
  if (byAxis.length === 0) return [];
  const table = renderTable<AxisCost>(byAxis, [
    { title: 'axis', of: ({ axis }) => axis },
    { title: 'values', of: ({ values }) => values, align: 'right' },
    { title: 'arms', of: ({ arms }) => formatCount(arms), align: 'right' },
    ...costColumns(byAxis).slice(0, stages.toRun === 0 ? 1 : undefined),
  ]);
  return ['What each axis adds to its first value:', table];
}

/** Of one ratio there is nothing to say that the plan does not. */
function ratioTable({ byRatio, stages }: PlanSummary): string[] {
  if (byRatio.length < 2 || stages.toRun === 0) return [];
  const table = renderTable<RatioCost>(byRatio, [
    { title: 'ratio', of: ({ ratio }) => `${Number((ratio * 100).toPrecision(12))} %`, align: 'right' },
    { title: 'trials', of: ({ trials }) => formatCount(trials), align: 'right' },
    ...costColumns(byRatio),
  ]);
  return ['What each ratio of profiled sessions adds to the smaller ones; the first pays for the pool:', table];
}

/** Dollars only where something has a price. */
function costColumns<Row extends Cost>(rows: readonly Row[]): readonly Column<Row>[] {
  const hasPrice = rows.some(({ usd }) => usd > 0);
  return [
    { title: 'stages', of: ({ stages }) => formatCount(stages), align: 'right' },
    { title: 'LLM calls', of: ({ calls }) => formatCount(calls), align: 'right' },
    ...(hasPrice ? [{ title: 'price', of: ({ usd }: Row) => `$${usd.toFixed(2)}`, align: 'right' } as const] : []),
    { title: 'time', of: ({ seconds }) => formatSeconds(seconds), align: 'right' },
  ];
}
