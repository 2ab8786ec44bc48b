import type { RecommendationsAnswer, TrialAnswer } from '#features/boards/http/trials.schema.ts';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArmLabel } from '../../components/arm-label.tsx';
import { Answered } from '../../components/condition.tsx';
import { Card } from '../../components/page.tsx';
import { send } from '../../lib/api.ts';
import { metric, number, percent } from '../../lib/format.ts';

interface Props {
  readonly trial: TrialAnswer;
  readonly items: readonly string[];
  /** Titles of these items, by id. */
  readonly titles: ReadonlyMap<string, string>;
  readonly add: (id: string) => void;
}

const SHOWN = 10;

export function Recommendations({ trial, items, titles, add }: Props) {
  const query = useQuery({ ...recommendationsQuery(trial.id, items), placeholderData: keepPreviousData });
  return (
    <Card>
      <h2 style={{ margin: '0 0 2px', fontSize: 14 }}>
        <Link to="/trials/$id" params={{ id: trial.id }} style={{ color: 'var(--ink)' }}>
          <ArmLabel name={trial.arm} />
        </Link>
      </h2>
      <div className="muted" style={{ fontSize: 12.5, marginBottom: 12 }}>
        {trial.method}
        {query.data !== undefined && ` · answered in ${number(query.data.milliseconds)} ms`}
      </div>
      <Answered query={query}>{(answer) => <Answer answer={answer} titles={titles} add={add} />}</Answered>
    </Card>
  );
}

interface AnswerProps extends Pick<Props, 'titles' | 'add'> {
  readonly answer: RecommendationsAnswer;
}

function Answer({ answer: { items, intents }, titles, add }: AnswerProps) {
  return (
    <>
      <ol className="ranking" aria-label="Recommendations">
        {items.map(({ id, title, score }) => (
          <li key={id}>
            <button type="button" className="sort" title="Add it to the session" onClick={() => add(id)}>
              {title ?? id}
            </button>{' '}
            <span className="muted num">{metric(score, 3)}</span>
          </li>
        ))}
      </ol>
      <h3 style={{ margin: '16px 0 6px', fontSize: 13 }}>Why</h3>
      {intents.length === 0 ? (
        <p className="muted" style={{ margin: 0, fontSize: 13 }}>
          This method has no intents that could explain it.
        </p>
      ) : (
        <ul className="intents">
          {intents.map(({ id, name, probability, evidence }) => (
            <li key={id}>
              <span style={{ display: 'flex', justifyContent: 'space-between', gap: 10 }}>
                <strong style={{ fontWeight: 560 }}>{name}</strong> <span className="num">{percent(probability)}</span>
              </span>
              <span
                aria-hidden
                style={{
                  display: 'block',
                  height: 4,
                  borderRadius: 2,
                  margin: '3px 0',
                  background: 'var(--accent)',
                  width: `${Math.max(1, probability * 100)}%`,
                }}
              />
              {evidence !== '' && <span className="muted">because of {titles.get(evidence) ?? evidence}</span>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** A question, though it is sent by POST: the same items give the same answer. */
function recommendationsQuery(trial: string, items: readonly string[]) {
  return queryOptions({
    queryKey: ['/recommend', trial, items],
    queryFn: () => send<RecommendationsAnswer>('POST', `/trials/${trial}/recommend`, { items, limit: SHOWN }),
    staleTime: Infinity,
  });
}
