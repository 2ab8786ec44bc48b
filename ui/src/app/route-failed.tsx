import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { Failed } from '../components/condition.tsx';

/** A page that could not be shown. A newer build of the server no longer has the parts of an older page: loading anew mends it. */
export function RouteFailed({ error: thrown }: ErrorComponentProps) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const router = useRouter();
  const isOldPage = /dynamically imported module|Importing a module script failed/i.test(error.message);
  if (!isOldPage) return <Failed error={error} retry={() => router.invalidate()} />;
  const newer = new Error(
    'The server has been renewed since this page was loaded, or cannot be reached. Loading it again mends that.',
  );
  return <Failed error={newer} retry={() => window.location.reload()} />;
}
