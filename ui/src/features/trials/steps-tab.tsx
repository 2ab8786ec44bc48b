import type { TrialDetailAnswer, TrialStep } from '#features/boards/http/trials.schema.ts';
import { getRouteApi, Link } from '@tanstack/react-router';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Section } from '../../components/page.tsx';
import { State } from '../../components/state.tsx';
import { bytes, count, duration, shortId } from '../../lib/format.ts';

const route = getRouteApi('/trials/$id');

/** In the order of the work: what each read, how long it took, and with how many trials it is shared. */
export function StepsTab({ trial }: { readonly trial: TrialDetailAnswer }) {
  const kinds = new Map(trial.stages.map(({ key, kind }) => [key, kind]));
  return (
    <Section
      title="Stages and what they read"
      note="A stage is named by everything that determines its output; trials for which that is the same share it."
    >
      <DataTable
        name={`trial-${trial.id}-stages`}
        rows={trial.stages}
        columns={columnsOf(kinds)}
        idOf={({ key }) => key}
        rowHeight={48}
      />
    </Section>
  );
}

function columnsOf(kinds: ReadonlyMap<string, string>): readonly Column<TrialStep>[] {
  return [
    { id: 'kind', title: 'Stage', value: ({ kind }) => kind, show: (step) => <StepName step={step} /> },
    { id: 'status', title: 'State', value: ({ status }) => status, show: ({ status }) => <State of={status} /> },
    {
      id: 'reads',
      title: 'Reads',
      value: ({ inputs }) => inputs.map(({ name }) => name).join(' '),
      show: ({ inputs }) => <Inputs of={inputs} kinds={kinds} />,
      isSecondary: true,
    },
    {
      id: 'trials',
      title: 'Trials that share it',
      value: ({ trials }) => trials,
      show: ({ trials }) => count(trials),
      isNumber: true,
    },
    { id: 'executions', title: 'Executions', value: ({ executions }) => executions, isNumber: true, isSecondary: true },
    {
      id: 'memory',
      title: 'Peak memory',
      value: ({ peakMemoryBytes }) => peakMemoryBytes,
      show: ({ peakMemoryBytes }) => bytes(peakMemoryBytes),
      isNumber: true,
      isSecondary: true,
    },
    {
      id: 'seconds',
      title: 'Time',
      value: ({ seconds }) => seconds,
      show: ({ seconds }) => duration(seconds),
      isNumber: true,
    },
  ];
}

function StepName({ step: { key, kind } }: { readonly step: TrialStep }) {
  const { id } = route.useParams();
  return (
    <>
      <Link to="/trials/$id" params={{ id }} search={{ tab: 'log', stage: key }}>
        {kind}
      </Link>
      <div className="mono muted" title={key}>
        {shortId(key)}
      </div>
    </>
  );
}

function Inputs({
  of: inputs,
  kinds,
}: {
  readonly of: TrialStep['inputs'];
  readonly kinds: ReadonlyMap<string, string>;
}) {
  const said = inputs.map(({ name, from, key, artifact }) =>
    from === 'dataset' ? `${name} of the data set` : `${artifact ?? name} of ${kinds.get(key) ?? shortId(key)}`,
  );
  return (
    <span className="muted clamp-2" style={{ fontSize: 12.5, maxWidth: 380 }} title={said.join('\n')}>
      {[...new Set(said)].join(', ')}
    </span>
  );
}
