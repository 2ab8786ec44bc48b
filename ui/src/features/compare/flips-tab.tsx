import type { FlipsAnswer } from '#features/boards/http/experiments.schema.ts';
import { Group, SegmentedControl, Select, Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { armText } from '../../components/arm-label.tsx';
import { Answered, Empty } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { count, number, percent } from '../../lib/format.ts';
import { reading } from '../../lib/queries.ts';
import type { Compared } from './compared.ts';

const route = getRouteApi('/experiments/$name/compare');
const SHOWN = 200;
type Flip = FlipsAnswer['items'][number];

/** The sessions on which two arms disagree: a difference of means is made of these. */
export function FlipsTab({ board, arms }: Compared) {
  const { against } = route.useSearch();
  const navigate = route.useNavigate();
  const [flip, setFlip] = useState('all');
  const [first, second] = arms;
  const other = arms.find(({ name }) => name === against && name !== first?.name) ?? second;
  const query = useQuery({
    ...reading<FlipsAnswer>(`/experiments/${encodeURIComponent(board.experiment)}/flips`, {
      revision: board.revision,
      dataset: first?.dataset,
      arm: other?.name,
      against: first?.name,
      flip: flip === 'all' ? undefined : flip,
      limit: SHOWN,
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <Stack gap={16}>
      <Group gap="sm" align="flex-end">
        <Select
          label={`Arm, against ${armText(first?.name ?? '')}`}
          size="xs"
          w={360}
          maw="100%"
          allowDeselect={false}
          data={arms.slice(1).map(({ name }) => ({ value: name, label: armText(name) }))}
          value={other?.name ?? null}
          onChange={(name) =>
            void navigate({
              search: (old) => ({ ...old, against: name ?? undefined }),
              replace: true,
              resetScroll: false,
            })
          }
        />
        <SegmentedControl
          size="xs"
          aria-label="Which flips"
          value={flip}
          onChange={setFlip}
          data={[
            { value: 'all', label: 'All' },
            { value: 'gained', label: 'Miss → hit' },
            { value: 'lost', label: 'Hit → miss' },
          ]}
        />
      </Group>
      <Answered query={query}>{(flips) => <Flips flips={flips} />}</Answered>
    </Stack>
  );
}

function Flips({ flips }: { readonly flips: FlipsAnswer }) {
  const all = Math.max(1, flips.gained + flips.lost + flips.both + flips.neither);
  return (
    <>
      <Card>
        <Facts
          of={[
            {
              name: `Gained: hits only of this arm, at ${flips.cutoff}`,
              value: count(flips.gained),
              note: percent(flips.gained / all, 1),
            },
            { name: 'Lost: hits only of the other', value: count(flips.lost), note: percent(flips.lost / all, 1) },
            { name: 'Hits of both', value: count(flips.both), note: percent(flips.both / all, 1) },
            { name: 'Hits of neither', value: count(flips.neither), note: percent(flips.neither / all, 1) },
          ]}
        />
      </Card>
      {flips.items.length === 0 ? (
        <Empty title="No session flipped" />
      ) : (
        <DataTable
          name={`${flips.experiment}-flips`}
          rows={flips.items}
          columns={COLUMNS}
          idOf={({ session, position, trial }) => `${session} ${position} ${trial}`}
          rowHeight={58}
          tools={
            <span className="muted" style={{ fontSize: 13 }}>
              {flips.next === null ? '' : `The first ${count(flips.items.length)}.`}
            </span>
          }
        />
      )}
    </>
  );
}

const COLUMNS: readonly Column<Flip>[] = [
  {
    id: 'flip',
    title: 'Flip',
    value: ({ flip }) => flip,
    show: ({ flip }) => (
      <span className={flip === 'gained' ? 'better' : 'worse'}>{flip === 'gained' ? 'miss → hit' : 'hit → miss'}</span>
    ),
    width: 100,
  },
  { id: 'session', title: 'Session', value: ({ session }) => session, isNumber: true },
  {
    id: 'items',
    title: 'Items before',
    value: ({ items }) => items.map(({ title, id }) => title ?? id).join(' › '),
    show: ({ items }) => (
      <span className="clamp-2" style={{ maxWidth: 460, fontSize: 12.5 }}>
        {items.map(({ title, id }) => title ?? id).join(' › ')}
      </span>
    ),
  },
  {
    id: 'target',
    title: 'What came next',
    value: ({ target }) => target.title ?? target.id,
    show: ({ target }) => <strong style={{ fontWeight: 560 }}>{target.title ?? target.id}</strong>,
  },
  {
    id: 'againstRank',
    title: 'Rank before',
    value: ({ againstRank }) => againstRank,
    show: ({ againstRank }) => number(againstRank),
    isNumber: true,
  },
  { id: 'rank', title: 'Rank now', value: ({ rank }) => rank, show: ({ rank }) => number(rank), isNumber: true },
  {
    id: 'trial',
    title: 'Trials',
    value: ({ trial, againstTrial }) => `${trial} ${againstTrial}`,
    show: ({ trial, againstTrial }) => (
      <span className="mono">
        <Link to="/trials/$id" params={{ id: trial }}>
          {trial.slice(0, 6)}
        </Link>{' '}
        <Link to="/trials/$id" params={{ id: againstTrial }} className="muted">
          {againstTrial.slice(0, 6)}
        </Link>
      </span>
    ),
    isSecondary: true,
  },
];
