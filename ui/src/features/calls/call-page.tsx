import type { CallAnswer } from '#features/calls/http/calls.schema.ts';
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Answered } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Card, Facts, Page, Section } from '../../components/page.tsx';
import { Provenance } from '../../components/provenance.tsx';
import { State } from '../../components/state.tsx';
import { When } from '../../components/when.tsx';
import { count, money, NOTHING, number, shortId } from '../../lib/format.ts';
import { reading } from '../../lib/queries.ts';

const route = getRouteApi('/calls/$hash');

export function CallPage() {
  const { hash } = route.useParams();
  const query = useQuery(reading<CallAnswer>(`/calls/${encodeURIComponent(hash)}`));
  return (
    <Page
      title={`LLM call ${shortId(hash)}`}
      aside={<Provenance simulated={query.data?.model === 'simulated'} />}
      lead={<span className="mono muted">{hash}</span>}
    >
      <Answered query={query}>{(call) => <Call call={call} />}</Answered>
    </Page>
  );
}

function Call({ call }: { readonly call: CallAnswer }) {
  return (
    <Stack gap={22}>
      <Card>
        <Facts
          of={[
            { name: 'Model', value: call.model, note: `temperature ${number(call.temperature)}` },
            { name: 'Prompt', value: count(call.promptTokens), note: 'tokens' },
            { name: 'Answer', value: count(call.completionTokens), note: `tokens, ended by ${call.finish}` },
            { name: 'Paid', value: money(call.usd) },
            { name: 'Latency', value: number(call.latencyMs), note: 'ms' },
            { name: 'Answered', value: <When at={call.answeredAt} /> },
          ]}
        />
      </Card>
      {call.messages.map(({ role, content }, place) => (
        <Section
          key={place}
          title={role === 'system' ? 'System prompt' : role === 'user' ? 'Prompt' : 'Answer given before'}
        >
          <Card>
            <pre className="text">{content}</pre>
          </Card>
        </Section>
      ))}
      <Section title="Answer">
        <Card>
          <pre className="text">{call.answer}</pre>
        </Card>
      </Section>
      <Section title="Where it is used">
        <DataTable
          name={`call-${shortId(call.hash)}-uses`}
          rows={call.uses}
          columns={COLUMNS}
          idOf={({ stage, session, attempt, step, variant }) =>
            `${stage} ${session ?? ''} ${attempt} ${step} ${variant}`
          }
          rowHeight={36}
        />
      </Section>
    </Stack>
  );
}

const COLUMNS: readonly Column<CallAnswer['uses'][number]>[] = [
  { id: 'purpose', title: 'Purpose', value: ({ purpose }) => purpose },
  { id: 'step', title: 'Step', value: ({ step }) => step, show: ({ step }) => step.toLowerCase() },
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
  { id: 'reused', title: 'Paid', value: ({ reused }) => (reused ? 'reused' : 'paid') },
  {
    id: 'stage',
    title: 'Stage',
    value: ({ stage }) => stage,
    show: ({ stage }) => <span className="mono muted">{shortId(stage)}</span>,
    isSecondary: true,
  },
];
