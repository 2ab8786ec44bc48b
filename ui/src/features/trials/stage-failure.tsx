import type { TrialStep } from '#features/boards/http/trials.schema.ts';
import { IconAlertTriangle } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { count } from '../../lib/format.ts';

const route = getRouteApi('/trials/$id');

/** What happened, how often it was tried, and what one can do now. */
export function StageFailure({ step }: { readonly step: TrialStep }) {
  const { id } = route.useParams();
  return (
    <div className="note" data-tone="failed" role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <div style={{ minWidth: 0 }}>
        <div style={{ fontWeight: 560 }}>
          The stage {step.kind} failed{step.executions > 1 ? `, ${count(step.executions)} times` : ''}
        </div>
        <pre className="text">{step.error ?? 'It left no message.'}</pre>
        <div style={{ marginTop: 6 }}>
          <Link to="/trials/$id" params={{ id }} search={{ tab: 'log', stage: step.key }}>
            Its log
          </Link>{' '}
          tells what went before. Once the reason is mended, <em>Retry</em> tries this stage again; what succeeded is
          kept.
          {step.trials > 1 && ` It stops ${count(step.trials)} trials, since they share it.`}
        </div>
      </div>
    </div>
  );
}
