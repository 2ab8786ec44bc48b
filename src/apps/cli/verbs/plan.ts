import { cpus } from 'node:os';
import type { PlanSummary } from '#features/experiments/domain/plan-summary.ts';
import type { ManifestPlan } from '#features/experiments/planning.service.ts';
import { formatPlace } from '#kernel/domain-error.ts';
import { formatCount, formatSeconds, renderTable } from '../table.ts';
import { verb, type AddVerb } from '../verb.ts';

export const addPlan: AddVerb = (program, perform) => {
  const command = verb(
    'plan <manifest>',
    'show what a manifest would run, what is there already, and the bill; runs nothing',
    'sprintlab plan experiments/demo.yaml',
  ).action((file: string, options: { json?: boolean }) =>
    perform(options, async ({ application }) => {
      const plan = await application.planning.plan(file);
      const summary = await application.planning.summarise(plan, cpus().length);
      return { json: { ...summary, warnings: plan.warnings }, text: planText(plan, summary) };
    }),
  );
  program.addCommand(command);
};

function planText(plan: ManifestPlan, summary: PlanSummary): string {
  return [
    ...plan.warnings.map((place) => `warning: ${formatPlace(place)}`),
    `${summary.experiment}: ${plan.manifest.question}`,
    '',
    renderTable(armRows(plan), [
      { title: 'arm', of: ({ arm }) => arm },
      { title: 'method', of: ({ method }) => method },
      { title: 'data set', of: ({ dataset }) => dataset },
      { title: 'trials', of: ({ trials }) => trials, align: 'right' },
    ]),
    '',
    planLine(summary),
    ...axisLines(summary),
    '',
  ].join('\n');
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

function axisLines({ byAxis }: PlanSummary): string[] {
  return byAxis.map(
    ({ axis, values, arms, stages }) => `  ${axis}: ${values} values add ${arms} arms and ${stages} stages`,
  );
}

function armRows({ arms, trials }: ManifestPlan) {
  return arms.flatMap(({ name, settings }) => {
    const own = trials.filter(({ trial }) => trial.arm === name);
    const datasets = [...new Set(own.map(({ trial }) => trial.dataset))];
    return datasets.map((dataset) => ({
      arm: name,
      method: settings.method,
      dataset,
      trials: own.filter(({ trial }) => trial.dataset === dataset).length,
    }));
  });
}
