import { useSyncExternalStore } from 'react';
import { ago, NOTHING } from '../lib/format.ts';

let now = Date.now();
const MINUTE_MS = 60_000;

function subscribe(changed: () => void): () => void {
  const timer = setInterval(() => {
    now = Date.now();
    changed();
  }, MINUTE_MS / 2);
  return () => clearInterval(timer);
}

/** How long ago; the moment itself on hover and for machines. */
export function When({ at }: { readonly at: string | null | undefined }) {
  const current = useSyncExternalStore(subscribe, () => now);
  if (at === null || at === undefined) return NOTHING;
  return (
    <time dateTime={at} title={new Date(at).toLocaleString('en-GB')} className="num">
      {ago(at, Math.max(current, Date.parse(at)))}
    </time>
  );
}
