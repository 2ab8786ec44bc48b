import type { CallUseAnswer, SpendAnswer } from '#features/calls/http/calls.schema.ts';
import { Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Answered, Empty } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { FilterBox } from '../../components/filter-box.tsx';
import { Page, Section } from '../../components/page.tsx';
import { Provenance } from '../../components/provenance.tsx';
import { State } from '../../components/state.tsx';
import { When } from '../../components/when.tsx';
import { count, money, NOTHING, number, shortId } from '../../lib/format.ts';
import { listing, reading } from '../../lib/queries.ts';
import { Spend } from './spend.tsx';

const route = getRouteApi('/calls');
const MOST = 2000;
const EXAMPLES = [
  'outcome = wrong',
  'step = IDENTIFY AND attempt > 1',
  'finish != stop',
  'promptTokens > 500 OR latencyMs > 1000',
  'answeredAt > -24h AND NOT reused = true',
];

export function CallsPage() {
  const { experiment, trial } = route.useSearch();
  const spend = useQuery(reading<SpendAnswer>('/calls/spend', {}, { isLive: true }));
  const isSimulated = spend.data?.models.some(({ model }) => model === 'simulated') ?? false;
  const isOfOne = experiment !== undefined || trial !== undefined;
  return (
    <Page
      title="Calls and spend"
      aside={<Provenance simulated={isSimulated} />}
      lead={
        isOfOne ? (
          <>
            Of{' '}
            {trial === undefined ? (
              experiment
            ) : (
              <Link to="/trials/$id" params={{ id: trial }}>
                trial {shortId(trial)}
              </Link>
            )}
            . <Link to="/calls">All calls</Link>
          </>
        ) : (
          'Every request to an LLM and its answer is kept whole. An answer that is used again is not paid again.'
        )
      }
    >
      <Stack gap={28}>
        {!isOfOne && <Answered query={spend}>{(sums) => <Spend of={sums} />}</Answered>}
        <Section title="Calls">
          <Calls />
        </Section>
      </Stack>
    </Page>
  );
}

function Calls() {
  const { filter, experiment, trial, by, descending } = route.useSearch();
  const navigate = route.useNavigate();
  const go = useNavigate();
  const query = useQuery({
    ...listing<CallUseAnswer>('/calls', { filter, experiment, trial }, { isLive: true, most: MOST }),
    placeholderData: keepPreviousData,
  });
  const box = (
    <FilterBox
      label="Filter calls"
      value={filter ?? ''}
      error={query.error}
      examples={EXAMPLES}
      onChange={(wanted) =>
        void navigate({ search: (old) => ({ ...old, filter: wanted === '' ? undefined : wanted }) })
      }
    />
  );
  if (query.data === undefined && query.error !== null && filter !== undefined) return box;
  return (
    <Answered query={query}>
      {({ items, next }) => (
        <>
          <DataTable
            name="calls"
            rows={items}
            columns={COLUMNS}
            idOf={({ id }) => id}
            open={({ call }) => void go({ to: '/calls/$hash', params: { hash: call } })}
            rowHeight={36}
            tools={box}
            order={by === undefined ? undefined : { by, descending: descending === true }}
            onOrder={(order) =>
              void navigate({
                search: (old) => ({ ...old, by: order.by, descending: order.descending ? true : undefined }),
                replace: true,
              })
            }
          />
          {next !== null && <p className="muted">The first {count(MOST)} calls; a filter narrows them.</p>}
          {items.length === 0 && (
            <Empty title={filter === undefined ? 'No LLM has been asked yet' : 'No call fits the filter'} />
          )}
        </>
      )}
    </Answered>
  );
}

const COLUMNS: readonly Column<CallUseAnswer>[] = [
  {
    id: 'call',
    title: 'Call',
    value: ({ call }) => call,
    show: ({ call }) => (
      <Link to="/calls/$hash" params={{ hash: call }} className="mono">
        {shortId(call)}
      </Link>
    ),
  },
  {
    id: 'step',
    title: 'Step',
    value: ({ step }) => step,
    show: ({ step, variant }) => `${step.toLowerCase()}${variant === 'asked' ? '' : ` (${variant})`}`,
  },
  {
    id: 'session',
    title: 'Session',
    value: ({ session }) => session,
    show: ({ session }) => session ?? NOTHING,
    isNumber: true,
  },
  { id: 'attempt', title: 'Attempt', value: ({ attempt }) => attempt, isNumber: true },
  {
    id: 'outcome',
    title: 'Outcome',
    value: ({ outcome }) => outcome,
    show: ({ outcome }) => (outcome === null ? NOTHING : <State of={outcome} />),
  },
  { id: 'model', title: 'Model', value: ({ model }) => model, isSecondary: true },
  {
    id: 'tokens',
    title: 'Tokens',
    hint: 'Of the prompt and of the answer',
    value: ({ promptTokens, completionTokens }) => promptTokens + completionTokens,
    show: ({ promptTokens, completionTokens }) => `${count(promptTokens)} + ${count(completionTokens)}`,
    isNumber: true,
    isSecondary: true,
  },
  {
    id: 'usd',
    title: 'US dollars',
    value: ({ usd }) => usd,
    show: ({ usd, reused }) => (reused ? 'reused' : money(usd)),
    isNumber: true,
  },
  {
    id: 'latencyMs',
    title: 'Latency, ms',
    value: ({ latencyMs }) => latencyMs,
    show: ({ latencyMs }) => number(latencyMs),
    isNumber: true,
    isSecondary: true,
  },
  {
    id: 'answeredAt',
    title: 'When',
    value: ({ answeredAt }) => answeredAt,
    show: ({ answeredAt }) => <When at={answeredAt} />,
    isNumber: true,
    isSecondary: true,
  },
];
