import type { EventAnswer } from '#features/events/http/events.schema.ts';
import { settingText, shortId } from '../lib/format.ts';
import { DataTable, type Column } from './data-table.tsx';
import { State } from './state.tsx';
import { When } from './when.tsx';

const COLUMNS: readonly Column<EventAnswer>[] = [
  { id: 'number', title: '#', value: ({ number }) => number, isNumber: true, width: 60 },
  { id: 'at', title: 'When', value: ({ at }) => at, show: ({ at }) => <When at={at} />, width: 110 },
  { id: 'kind', title: 'What', value: ({ kind }) => kind, show: ({ kind }) => <State of={kind} />, width: 120 },
  {
    id: 'subject',
    title: 'Of',
    value: ({ subject }) => `${subject.kind} ${subject.id}`,
    show: ({ subject }) => (
      <>
        <span className="muted">{subject.kind} </span>
        <span className="mono">{/^[0-9a-f-]{32,}$/.test(subject.id) ? shortId(subject.id) : subject.id}</span>
      </>
    ),
  },
  {
    id: 'payload',
    title: 'Said',
    value: ({ payload }) => JSON.stringify(payload),
    show: ({ payload }) => <Payload of={payload} />,
    isSecondary: true,
  },
];

export function EventTable({ name, events }: { readonly name: string; readonly events: readonly EventAnswer[] }) {
  return <DataTable name={name} rows={events} columns={COLUMNS} idOf={({ number }) => String(number)} rowHeight={36} />;
}

/** What is long or nested is for the export; a line says what a reader can take in. */
function Payload({ of: payload }: { readonly of: EventAnswer['payload'] }) {
  const said = Object.entries(payload).flatMap(([key, value]) =>
    typeof value === 'object' ? [] : [`${key} ${settingText(value)}`],
  );
  return (
    <span className="clamp muted" style={{ display: 'block', maxWidth: 560 }} title={said.join('\n')}>
      {said.join(' · ')}
    </span>
  );
}
