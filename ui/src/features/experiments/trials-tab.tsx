import type { BoardAnswer } from '#features/boards/http/experiments.schema.ts';
import type { TrialAnswer } from '#features/boards/http/trials.schema.ts';
import { useQuery } from '@tanstack/react-query';
import { Answered } from '../../components/condition.tsx';
import { TrialTable } from '../../components/trial-table.tsx';
import { listing } from '../../lib/queries.ts';

export function TrialsTab({ board }: { readonly board: BoardAnswer }) {
  const query = useQuery(
    listing<TrialAnswer>('/trials', { experiment: `${board.experiment}@${board.revision}` }, { isLive: true }),
  );
  return (
    <Answered query={query}>
      {({ items }) => <TrialTable name={`${board.experiment}-trials`} trials={items} metrics={shownMetrics(board)} />}
    </Answered>
  );
}

/** What decides first, and no more than leave room for the arm. */
function shownMetrics({ primary, metrics }: BoardAnswer): readonly string[] {
  return [primary, ...metrics.filter((name) => name !== primary).toReversed()].slice(0, 4);
}
