import type { TrialDetailAnswer } from '#features/boards/http/trials.schema.ts';
import { Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Caution } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Card, Facts, Section, type Fact } from '../../components/page.tsx';
import { count, duration, metric, money, number } from '../../lib/format.ts';
import { StageFailure } from './stage-failure.tsx';

export function OverviewTab({ trial }: { readonly trial: TrialDetailAnswer }) {
  const failed = trial.stages.filter(({ status }) => status === 'failed');
  return (
    <Stack gap={24}>
      {failed.map((step) => (
        <StageFailure key={step.key} step={step} />
      ))}
      <Card>
        <Facts of={factsOf(trial)} />
      </Card>
      <Warnings of={trial} />
      <Results of={trial} />
      <Cost of={trial} />
      {trial.strata !== null && <Strata of={trial.strata} primary={trial.primary} />}
    </Stack>
  );
}

/** Warnings that are read at a glance; of more the others are a click away. */
const SHOWN_WARNINGS = 3;

function Warnings({ of: { id, warnings } }: { readonly of: TrialDetailAnswer }) {
  if (warnings.length === 0) return null;
  const lines = warnings.map(({ stage, kind, message }) => (
    <li key={`${stage}${message}`}>
      <Link to="/trials/$id" params={{ id }} search={{ tab: 'log', stage }}>
        {kind}
      </Link>
      : {message}
    </li>
  ));
  const more = lines.slice(SHOWN_WARNINGS);
  return (
    <Caution>
      <ul className="lines">{lines.slice(0, SHOWN_WARNINGS)}</ul>
      {more.length > 0 && (
        <details>
          <summary>
            {count(more.length)} more {more.length === 1 ? 'warning' : 'warnings'}
          </summary>
          <ul className="lines">{more}</ul>
        </details>
      )}
    </Caution>
  );
}

function factsOf({ metrics, primary, stages, llm }: TrialDetailAnswer): readonly Fact[] {
  const result = metrics.findLast(({ name, split }) => name === primary && split === 'test');
  const seconds = stages.reduce((sum, stage) => sum + (stage.seconds ?? 0), 0);
  const share = stages.reduce((sum, stage) => sum + (stage.seconds ?? 0) / Math.max(1, stage.trials), 0);
  return [
    { name: `${primary} on the test sessions`, value: metric(result?.value) },
    {
      name: 'Stages',
      value: count(stages.length),
      note: `${count(stages.filter((stage) => stage.trials > 1).length)} shared with other trials`,
    },
    { name: 'Time', value: duration(seconds), note: `its share ${duration(share)}` },
    { name: 'LLM calls', value: count(llm.own.calls), note: `its share ${number(llm.share.calls)}` },
    { name: 'Cost', value: money(llm.own.usd), note: `its share ${money(llm.share.usd)}` },
  ];
}

interface Result {
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
}

/** Metrics of the evaluation, a column a split. */
function Results({ of: { metrics } }: { readonly of: TrialDetailAnswer }) {
  const last = metrics.filter(({ stage }) => stage === 'evaluation');
  if (last.length === 0) return null;
  const splits = [...new Set(last.map(({ split }) => split))].toReversed();
  const rows: Result[] = [...new Set(last.map(({ name }) => name))].map((name) => ({
    name,
    values: Object.fromEntries(last.filter((one) => one.name === name).map(({ split, value }) => [split, value])),
  }));
  const columns: Column<Result>[] = [
    { id: 'metric', title: 'Metric', value: ({ name }) => name },
    ...splits.map((split): Column<Result> => ({
      id: split,
      title: split,
      value: ({ values }) => values[split],
      show: ({ values, name }) => (isShare(name) ? metric(values[split]) : number(values[split])),
      isNumber: true,
    })),
  ];
  return (
    <Section title="What the evaluation measured">
      <DataTable
        name="metrics"
        order={{ by: 'metric', descending: false }}
        rows={rows}
        columns={columns}
        idOf={({ name }) => name}
        rowHeight={34}
      />
    </Section>
  );
}

/** Metrics between 0 and 1, which stand digit under digit. */
function isShare(name: string): boolean {
  return /^(hr|ndcg|mrr)@/.test(name);
}

function Cost({ of: { id, llm } }: { readonly of: TrialDetailAnswer }) {
  if (llm.own.calls === 0) return null;
  const rows = [
    { what: 'As if it had run alone', ...llm.own },
    { what: 'Its share of what trials share', ...llm.share },
  ];
  const amount = (
    key: 'calls' | 'paidCalls' | 'promptTokens' | 'completionTokens',
    title: string,
  ): Column<(typeof rows)[number]> => ({
    id: key,
    title,
    value: (row) => row[key],
    show: (row) => number(row[key]),
    isNumber: true,
  });
  return (
    <Section
      title="LLM calls"
      actions={
        <Link to="/calls" search={{ trial: id }}>
          All of them
        </Link>
      }
    >
      <DataTable
        name="llm"
        rows={rows}
        idOf={({ what }) => what}
        rowHeight={36}
        columns={[
          { id: 'what', title: 'Counted', value: ({ what }) => what },
          amount('calls', 'Calls'),
          amount('paidCalls', 'Paid'),
          amount('promptTokens', 'Prompt tokens'),
          amount('completionTokens', 'Answer tokens'),
          { id: 'usd', title: 'US dollars', value: ({ usd }) => usd, show: ({ usd }) => money(usd), isNumber: true },
        ]}
      />
    </Section>
  );
}

type AllStrata = NonNullable<TrialDetailAnswer['strata']>;

function Strata({ of: { byLength, byUncertainty }, primary }: { readonly of: AllStrata; readonly primary: string }) {
  return (
    <div className="columns">
      <StratumTable title="By session length" rows={byLength} primary={primary} />
      {byUncertainty !== null && <StratumTable title="By uncertainty" rows={byUncertainty} primary={primary} />}
    </div>
  );
}

function StratumTable({
  title,
  rows,
  primary,
}: {
  readonly title: string;
  readonly rows: AllStrata['byLength'];
  readonly primary: string;
}) {
  const columns: Column<AllStrata['byLength'][number]>[] = [
    { id: 'stratum', title: 'Sessions', value: ({ stratum }) => stratum },
    {
      id: 'targets',
      title: 'Targets',
      value: ({ targets }) => targets,
      show: ({ targets }) => count(targets),
      isNumber: true,
    },
    {
      id: primary,
      title: primary,
      value: ({ metrics }) => metrics[primary],
      show: ({ metrics }) => metric(metrics[primary]),
      isNumber: true,
    },
  ];
  return (
    <Section title={title}>
      <DataTable name={title} rows={rows} columns={columns} idOf={({ stratum }) => stratum} rowHeight={34} />
    </Section>
  );
}
