import type { BoardAnswer } from '#features/boards/http/experiments.schema.ts';
import type { EventAnswer } from '#features/events/http/events.schema.ts';
import { useQuery } from '@tanstack/react-query';
import { Answered, Empty } from '../../components/condition.tsx';
import { EventTable } from '../../components/event-table.tsx';
import { listing } from '../../lib/queries.ts';

const LATEST = 1000;

export function EventsTab({ board }: { readonly board: BoardAnswer }) {
  const query = useQuery(
    listing<EventAnswer>('/events', { experiment: board.experiment, order: 'desc' }, { isLive: true, most: LATEST }),
  );
  return (
    <Answered query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="Nothing has happened yet" />
        ) : (
          <EventTable name={`${board.experiment}-events`} events={items} />
        )
      }
    </Answered>
  );
}
