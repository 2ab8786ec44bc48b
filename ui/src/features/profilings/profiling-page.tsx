import type { ProfiledSessionAnswer } from '#features/profilings/http/profilings.schema.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Answered, Empty } from '../../components/condition.tsx';
import { FilterBox } from '../../components/filter-box.tsx';
import { Page } from '../../components/page.tsx';
import { Provenance } from '../../components/provenance.tsx';
import { Acceptance } from './acceptance.tsx';
import { acceptanceQuery, sessionQuery, sessionsQuery } from './profiling-queries.ts';
import { SessionDetail } from './session-detail.tsx';
import { SessionList } from './session-list.tsx';

const route = getRouteApi('/profilings/$trial');
const EXAMPLES = [
  'outcome = failed',
  'attempts > 1 AND length >= 4',
  'decile = 10',
  'uncertainty > 0.5 OR length > 5',
  'overlapsTarget = true',
];

/** One session under the lens: each attempt with its prompt, answer and verdict, beside the list of all. */
export function ProfilingPage() {
  const { trial } = route.useParams();
  const { filter } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({ ...sessionsQuery(trial, filter), placeholderData: keepPreviousData });
  const acceptance = useQuery(acceptanceQuery(trial));
  const box = (
    <FilterBox
      label="Filter sessions"
      value={filter ?? ''}
      error={query.error}
      examples={EXAMPLES}
      onChange={(wanted) =>
        void navigate({ search: (old) => ({ ...old, filter: wanted === '' ? undefined : wanted, session: undefined }) })
      }
    />
  );
  return (
    <Page
      title="Profiling microscope"
      lead={
        <>
          <Link to="/trials/$id" params={{ id: trial }}>
            Trial <span className="mono">{trial}</span>
          </Link>{' '}
          <span className="muted">· the sessions that an LLM was asked about, in the order in which it was asked</span>
        </>
      }
    >
      {acceptance.data !== undefined && <Acceptance of={acceptance.data} />}
      {query.data === undefined && query.error !== null && filter !== undefined ? (
        box
      ) : (
        <Answered query={query}>
          {({ items }) => (
            <div className="split microscope">
              <SessionList sessions={items} trial={trial} tools={box} />
              <Lens sessions={items} />
            </div>
          )}
        </Answered>
      )}
    </Page>
  );
}

function Lens({ sessions }: { readonly sessions: readonly ProfiledSessionAnswer[] }) {
  const { trial } = route.useParams();
  const { session = sessions.find(({ attempts }) => attempts > 1)?.session ?? sessions[0]?.session } =
    route.useSearch();
  if (session === undefined) return <Empty title="No session fits">Take a condition of the filter away.</Empty>;
  return <OneSession trial={trial} session={session} />;
}

function OneSession({ trial, session }: { readonly trial: string; readonly session: number }) {
  const query = useQuery({ ...sessionQuery(trial, session), placeholderData: keepPreviousData });
  const isSimulated = query.data?.tries.some(({ calls }) => calls.some(({ model }) => model === 'simulated')) ?? false;
  return (
    <div style={{ minWidth: 0 }}>
      <Answered query={query}>
        {(detail) => <SessionDetail detail={detail} marks={<Provenance simulated={isSimulated} />} />}
      </Answered>
    </div>
  );
}
