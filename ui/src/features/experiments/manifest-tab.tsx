import type { BoardAnswer } from '#features/boards/http/experiments.schema.ts';
import { useQuery } from '@tanstack/react-query';
import { Answered } from '../../components/condition.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { Card, Section } from '../../components/page.tsx';
import { experimentQuery } from './experiment-queries.ts';

export function ManifestTab({ board }: { readonly board: BoardAnswer }) {
  const query = useQuery(experimentQuery(board.experiment, { revision: board.revision }));
  return (
    <Section
      title={`Manifest of revision ${board.revision}`}
      note="As it was written, with its bases merged in."
      actions={
        <LinkButton variant="default" size="compact-sm" to="/submit" search={{ experiment: board.experiment }}>
          Change and submit
        </LinkButton>
      }
    >
      <Answered query={query}>
        {({ source }) => (
          <Card>
            <pre className="text">{source}</pre>
          </Card>
        )}
      </Answered>
    </Section>
  );
}
