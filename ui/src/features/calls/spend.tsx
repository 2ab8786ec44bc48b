import type { SpendAnswer } from '#features/calls/http/calls.schema.ts';
import { Link } from '@tanstack/react-router';
import { Chart } from '../../components/chart.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Card, Facts, Section } from '../../components/page.tsx';
import { count, money, NOTHING, number } from '../../lib/format.ts';

const load = () => import('./days.plot.ts');
type Sums = Pick<SpendAnswer['models'][number], 'calls' | 'promptTokens' | 'completionTokens' | 'usd'>;

export function Spend({ of: { days, models, experiments } }: { readonly of: SpendAnswer }) {
  const sum = (key: keyof Sums): number => models.reduce((all, model) => all + model[key], 0);
  return (
    <>
      <div className="columns">
        <Card>
          <Facts
            of={[
              { name: 'Paid', value: money(sum('usd')) },
              { name: 'Calls', value: count(sum('calls')) },
              { name: 'Prompt tokens', value: count(sum('promptTokens')) },
              { name: 'Answer tokens', value: count(sum('completionTokens')) },
            ]}
          />
        </Card>
        {days.length > 1 && (
          <Chart
            name="spend"
            title="Calls by day"
            summary={days
              .map(({ day, model, calls, usd }) => `${day} ${model}: ${calls} calls, ${money(usd)}`)
              .join('; ')}
            data={days}
            load={load}
            height={150}
            csv={() => ({
              header: ['day', 'model', 'calls', 'promptTokens', 'completionTokens', 'usd'],
              rows: days.map((one) => [one.day, one.model, one.calls, one.promptTokens, one.completionTokens, one.usd]),
            })}
          />
        )}
      </div>
      <div className="columns">
        <Section title="By model">
          <DataTable
            name="spend-by-model"
            rows={models}
            columns={[
              { id: 'model', title: 'Model', value: ({ model }) => model },
              ...SUMS,
              {
                id: 'latency',
                title: 'Mean ms',
                value: ({ meanLatencyMs }) => meanLatencyMs,
                show: ({ meanLatencyMs }) => number(meanLatencyMs),
                isNumber: true,
              },
            ]}
            idOf={({ model }) => model}
            rowHeight={36}
          />
        </Section>
        <Section title="By experiment">
          <DataTable
            name="spend-by-experiment"
            rows={experiments}
            columns={[
              {
                id: 'experiment',
                title: 'Experiment',
                value: ({ experiment }) => experiment,
                show: ({ experiment }) => <Name of={experiment} />,
              },
              { id: 'model', title: 'Model', value: ({ model }) => model },
              ...SUMS,
            ]}
            idOf={({ experiment, model }) => `${experiment ?? ''} ${model}`}
            rowHeight={36}
          />
        </Section>
      </div>
    </>
  );
}

const SUMS: readonly Column<Sums>[] = [
  { id: 'calls', title: 'Calls', value: ({ calls }) => calls, show: ({ calls }) => count(calls), isNumber: true },
  {
    id: 'tokens',
    title: 'Tokens',
    value: ({ promptTokens, completionTokens }) => promptTokens + completionTokens,
    show: ({ promptTokens, completionTokens }) => count(promptTokens + completionTokens),
    isNumber: true,
  },
  { id: 'usd', title: 'Paid', value: ({ usd }) => usd, show: ({ usd }) => money(usd), isNumber: true },
];

function Name({ of: name }: { readonly of: string | null }) {
  if (name === null) return NOTHING;
  return (
    <Link to="/experiments/$name" params={{ name }}>
      {name}
    </Link>
  );
}
