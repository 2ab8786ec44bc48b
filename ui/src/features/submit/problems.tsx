import type { ApiError } from '../../lib/api.ts';
import { Failed } from '../../components/condition.tsx';
import { Section } from '../../components/page.tsx';

/** Every mistake with its place: the same list that the command line prints. */
export function Problems({ error }: { readonly error: ApiError }) {
  if (error.places.length === 0) return <Failed error={error} />;
  return (
    <Section title={error.places.length === 1 ? 'One mistake' : `${error.places.length} mistakes`}>
      <ol className="problems">
        {error.places.map(({ line, column, path, problem, allowed, suggestion }) => (
          <li key={`${line ?? ''} ${column ?? ''} ${path ?? ''} ${problem}`}>
            <span className="muted num">
              {line !== null && `line ${line}`}
              {column !== null && `, column ${column}`}
            </span>
            {path !== null && <span className="mono"> {path}</span>}
            <div>
              {problem}
              {suggestion !== null && (
                <>
                  {' '}
                  Did you mean <strong>{suggestion}</strong>?
                </>
              )}
            </div>
            {allowed !== null && <div className="muted">Allowed: {allowed}</div>}
          </li>
        ))}
      </ol>
    </Section>
  );
}
