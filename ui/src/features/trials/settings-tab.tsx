import type { TrialDetailAnswer } from '#features/boards/http/trials.schema.ts';
import { Switch } from '@mantine/core';
import { useState } from 'react';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Pairs, Section } from '../../components/page.tsx';
import { settingText } from '../../lib/format.ts';

type Origin = TrialDetailAnswer['origins'][number];

const WHO: Readonly<Record<Origin['origin'], string>> = {
  axis: 'an axis of the grid',
  arm: 'the named arm',
  settings: 'settings of the manifest',
  default: 'the default',
};
/** What somebody chose stands before what nobody did. */
const RANK: Readonly<Record<Origin['origin'], number>> = { axis: 0, arm: 1, settings: 2, default: 3 };

const COLUMNS: readonly Column<Origin>[] = [
  {
    id: 'key',
    title: 'Setting',
    value: ({ key }) => key,
    show: ({ key, isRead }) => <span className={isRead ? 'mono' : 'mono muted'}>{key}</span>,
  },
  {
    id: 'value',
    title: 'Value',
    value: ({ value }) => settingText(value),
    show: ({ value, origin }) => (
      <strong style={{ fontWeight: origin === 'default' ? 400 : 600 }}>{settingText(value)}</strong>
    ),
  },
  { id: 'origin', title: 'Given by', value: ({ origin }) => WHO[origin] },
  { id: 'isRead', title: 'Read by the method', value: ({ isRead }) => (isRead ? 'yes' : 'no'), isSecondary: true },
];

export function SettingsTab({ trial }: { readonly trial: TrialDetailAnswer }) {
  const [withUnread, setWithUnread] = useState(false);
  const rows = trial.origins
    .filter(({ isRead }) => withUnread || isRead)
    .toSorted((one, other) => RANK[one.origin] - RANK[other.origin]);
  return (
    <>
      <Section title="Settings and who gave them">
        <DataTable
          name="settings"
          rows={rows}
          columns={COLUMNS}
          idOf={({ key }) => key}
          rowHeight={34}
          tools={
            <Switch
              size="xs"
              label="Also those that its method does not read"
              checked={withUnread}
              onChange={(event) => setWithUnread(event.currentTarget.checked)}
            />
          }
        />
      </Section>
      <div style={{ height: 24 }} />
      <Section title="Protocol">
        <Pairs of={Object.entries(trial.protocol).map(([key, value]) => [key, settingText(value)])} />
      </Section>
    </>
  );
}
