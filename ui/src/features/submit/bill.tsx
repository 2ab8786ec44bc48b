import type { PlanAnswer } from '#features/submissions/http/submissions.schema.ts';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Card, Facts, Section } from '../../components/page.tsx';
import { count, duration, money, number } from '../../lib/format.ts';

type Axis = PlanAnswer['byAxis'][number];

const AXES: readonly Column<Axis>[] = [
  { id: 'axis', title: 'Axis', value: ({ axis }) => axis },
  { id: 'values', title: 'Values', value: ({ values }) => values, isNumber: true },
  {
    id: 'calls',
    title: 'LLM calls it adds',
    value: ({ calls }) => calls,
    show: ({ calls }) => number(Math.round(calls)),
    isNumber: true,
  },
  { id: 'usd', title: 'Cost', value: ({ usd }) => usd, show: ({ usd }) => money(usd), isNumber: true },
  {
    id: 'seconds',
    title: 'Time',
    value: ({ seconds }) => seconds,
    show: ({ seconds }) => duration(seconds),
    isNumber: true,
  },
];

/** What would run, what is there already, and what it costs: before a cent is spent. */
export function Bill({ plan }: { readonly plan: PlanAnswer }) {
  const { trials, arms, stages, llm, seconds, byAxis } = plan;
  return (
    <Section title="Plan and bill">
      <Card>
        <Facts
          of={[
            { name: 'Trials', value: count(trials), note: `of ${count(arms)} arms` },
            {
              name: 'Stages to run',
              value: count(stages.toRun),
              note: `of ${count(stages.distinct)}; ${count(stages.cached)} are there already`,
            },
            { name: 'LLM calls', value: number(Math.round(llm.calls)), note: llm.basis },
            { name: 'Tokens', value: count(Math.round(llm.promptTokens + llm.completionTokens)) },
            { name: 'Cost', value: money(llm.usd), note: llm.basis },
            { name: 'Work of one core', value: duration(seconds.expected), note: seconds.basis },
          ]}
        />
      </Card>
      {byAxis.length > 0 && (
        <div style={{ marginTop: 12 }}>
          <DataTable
            name={`${plan.experiment}-bill`}
            rows={byAxis}
            columns={AXES}
            idOf={({ axis }) => axis}
            rowHeight={34}
          />
        </div>
      )}
    </Section>
  );
}
