import { useQuery } from '@tanstack/react-query';
import { structuredPatch } from 'diff';
import { Card, Section } from '../../components/page.tsx';
import { experimentNamedQuery, experimentSourceQuery } from './submit-queries.ts';

interface Props {
  readonly experiment: string;
  readonly manifest: string;
}

/** What is changed against the latest revision of that name; nothing where there is none. */
export function RevisionDifference({ experiment, manifest }: Props) {
  const known = useQuery(experimentNamedQuery(experiment));
  const isKnown = known.data?.items.length === 1;
  const { data } = useQuery({ ...experimentSourceQuery(experiment), enabled: isKnown });
  if (data === undefined) return null;
  const { hunks } = structuredPatch('', '', data.source, manifest, '', '', { context: 2 });
  return (
    <Section
      title={hunks.length === 0 ? `The same as revision ${data.revision}` : `Changes to revision ${data.revision}`}
    >
      {hunks.length > 0 && (
        <Card padding={12}>
          <pre className="text" tabIndex={0} style={{ maxHeight: 340, overflow: 'auto' }}>
            {hunks.flatMap(({ lines, newStart }) => [
              <span key={`at ${newStart}`} className="muted">{`line ${newStart}\n`}</span>,
              ...lines.map((line, place) => <Line key={`${newStart} ${place}`} of={line} />),
            ])}
          </pre>
        </Card>
      )}
    </Section>
  );
}

function Line({ of: line }: { readonly of: string }) {
  if (line.startsWith('+')) return <ins className="added">{`${line}\n`}</ins>;
  if (line.startsWith('-')) return <del className="removed">{`${line}\n`}</del>;
  return `${line}\n`;
}
