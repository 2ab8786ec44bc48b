import { Link, useRouterState } from '@tanstack/react-router';
import { ArmLabel } from '../components/arm-label.tsx';
import { shortId } from '../lib/format.ts';
import { PLACES } from './navigation.tsx';

const ALL = PLACES.flatMap(({ places }) => places);

/** Where one is: the place, the thing, the view of it. */
export function Crumbs() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [first = '', second, third] = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  const place = ALL.find(({ to }) => to === `/${first}`);
  return (
    <nav aria-label="Breadcrumb" style={{ flex: 1, minWidth: 0 }}>
      <ol className="crumbs">
        {place !== undefined && (
          <li>{second === undefined ? place.title : <Link to={place.to}>{place.title}</Link>}</li>
        )}
        {second !== undefined && (
          <li>
            {third === undefined ? (
              <Name of={second} />
            ) : (
              <Link to="/experiments/$name" params={{ name: second }}>
                {second}
              </Link>
            )}
          </li>
        )}
        {third !== undefined && <li>{third}</li>}
      </ol>
    </nav>
  );
}

function Name({ of: name }: { readonly of: string }) {
  return /^[0-9a-f]{16,64}$/.test(name) ? <span className="mono">{shortId(name)}</span> : <ArmLabel name={name} />;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
