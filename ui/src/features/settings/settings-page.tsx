import type { AuditEntryAnswer } from '#features/accounts/http/accounts.schema.ts';
import type { SettingsAnswer } from '#apps/settings.schema.ts';
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Answered, Caution, Empty } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Card, Page, Pairs, Section } from '../../components/page.tsx';
import { State } from '../../components/state.tsx';
import { When } from '../../components/when.tsx';
import { bytes, count, duration, NOTHING } from '../../lib/format.ts';
import { listing, reading } from '../../lib/queries.ts';
import { useIsAdmin } from '../../lib/session.ts';
import { Tokens } from './tokens.tsx';

export function SettingsPage() {
  const query = useQuery(reading<SettingsAnswer>('/settings'));
  const isAdmin = useIsAdmin();
  return (
    <Page
      title="Settings"
      lead="How this server is set up. It is configured where it is started, by its environment and its file; nothing secret is shown here."
    >
      <Stack gap={28}>
        <Answered query={query}>{(settings) => <Server settings={settings} />}</Answered>
        {isAdmin && <Tokens />}
        {isAdmin && <AuditTrail />}
        <Section title="For programs">
          <Card>
            <p style={{ margin: 0 }}>
              The same numbers by HTTP: <a href="/api/docs">the API’s pages</a> and{' '}
              <a href="/api/openapi.json">its OpenAPI file</a>. With <code>SPRINTLAB_URL</code> set to its address the
              command line speaks to this server.
            </p>
          </Card>
        </Section>
      </Stack>
    </Page>
  );
}

function Server({ settings }: { readonly settings: SettingsAnswer }) {
  return (
    <>
      <div className="columns">
        <Section title="Server">
          <Card>
            <Pairs
              of={[
                ['Version', settings.version],
                ['Up', duration(settings.uptimeSeconds)],
                ['Data base', settings.database],
                ['Queue', settings.queue],
                ['Artifacts', settings.artifactsFolder],
                ['Memory of a stage', bytes(settings.stageMemoryBytes)],
                ['Accounts', settings.accounts ? 'tokens with roles' : 'none: it listens on this machine only'],
                [
                  'Limits',
                  `${bytes(settings.limits.bodyBytes)} a request, ${count(settings.limits.requestsPerMinute)} requests a minute`,
                ],
              ]}
            />
          </Card>
        </Section>
        <Section title="Language models" note="Those that a manifest can name.">
          <Card>
            <Pairs of={settings.llms.map(({ name, kind }) => [name, kind])} />
          </Card>
        </Section>
      </div>
      {settings.mlflow !== null && <Mlflow standing={settings.mlflow} />}
      <Section title="Checks">
        <DataTable name="checks" rows={settings.checks} columns={CHECKS} idOf={({ name }) => name} rowHeight={44} />
      </Section>
    </>
  );
}

type Standing = NonNullable<SettingsAnswer['mlflow']>;

function Mlflow({ standing }: { readonly standing: Standing }) {
  const { url, mirroredThrough, pending, mirroredAt, problem, problemSince, broken } = standing;
  return (
    <Section title="MLflow" note="What happens here is told to this server too; results never wait for it.">
      <Stack gap={12}>
        {problem !== null && (
          <Caution>
            {problem} {problemSince !== null && <When at={problemSince} />} It goes on by itself when the server
            answers.
          </Caution>
        )}
        <Card>
          <Pairs
            of={[
              ['Server', url],
              ['Told', `${count(mirroredThrough)} events`],
              ['Waiting', pending === 0 ? 'nothing' : `${count(pending)} events`],
              ['Last told', mirroredAt === null ? 'never' : <When at={mirroredAt} />],
            ]}
          />
        </Card>
        {broken.length > 0 && (
          <DataTable name="broken-runs" rows={broken} columns={BROKEN} idOf={({ run }) => run} rowHeight={44} />
        )}
      </Stack>
    </Section>
  );
}

const BROKEN: readonly Column<Standing['broken'][number]>[] = [
  { id: 'subject', title: 'Set aside', value: ({ subject }) => subject },
  { id: 'run', title: 'Run', value: ({ run }) => run, show: ({ run }) => <span className="mono muted">{run}</span> },
  {
    id: 'problem',
    title: 'Why',
    value: ({ problem }) => problem,
    show: ({ problem }) => (
      <div className="wraps" style={{ overflowWrap: 'anywhere', padding: '6px 0' }}>
        {problem}
      </div>
    ),
  },
];

const CHECKS: readonly Column<SettingsAnswer['checks'][number]>[] = [
  { id: 'name', title: 'What', value: ({ name }) => name },
  { id: 'state', title: 'State', value: ({ state }) => state, show: ({ state }) => <State of={state} /> },
  {
    id: 'finding',
    title: 'Finding',
    value: ({ finding, advice }) => `${finding} ${advice ?? ''}`,
    show: ({ finding, advice }) => (
      <div className="wraps" style={{ overflowWrap: 'anywhere', padding: '6px 0' }}>
        {finding}
        {advice !== null && <div className="muted">{advice}</div>}
      </div>
    ),
  },
];

const TRAIL: readonly Column<AuditEntryAnswer>[] = [
  { id: 'number', title: '#', value: ({ number }) => number, isNumber: true },
  { id: 'at', title: 'When', value: ({ at }) => at, show: ({ at }) => <When at={at} /> },
  { id: 'who', title: 'Who', value: ({ who }) => who, show: ({ who }) => who ?? NOTHING },
  { id: 'role', title: 'Role', value: ({ role }) => role, show: ({ role }) => role ?? NOTHING, isSecondary: true },
  { id: 'deed', title: 'Deed', value: ({ deed }) => deed, show: ({ deed }) => <span className="mono">{deed}</span> },
  { id: 'status', title: 'Answer', value: ({ status }) => status, isNumber: true },
  { id: 'address', title: 'From', value: ({ address }) => address, isSecondary: true },
];

function AuditTrail() {
  const query = useQuery(listing<AuditEntryAnswer>('/audit-trail', { sort: '-number' }, { most: 500 }));
  return (
    <Section title="Who did what" note="Writes, logins and refusals, the latest first.">
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing has been done yet" />
          ) : (
            <DataTable
              name="audit-trail"
              rows={items}
              columns={TRAIL}
              idOf={({ number }) => String(number)}
              rowHeight={36}
              maxHeight={420}
            />
          )
        }
      </Answered>
    </Section>
  );
}
