import type { TrialDetailAnswer } from '#features/boards/http/trials.schema.ts';
import { Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { ArtifactPreview } from '../../components/artifact-preview.tsx';
import { Empty } from '../../components/condition.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { bytes } from '../../lib/format.ts';

const route = getRouteApi('/trials/$id');

interface File {
  readonly stage: string;
  readonly name: string;
  readonly hash: string;
  readonly bytes: number;
}

const COLUMNS: readonly Column<File>[] = [
  { id: 'name', title: 'File', value: ({ name }) => name },
  { id: 'stage', title: 'Of stage', value: ({ stage }) => stage },
  { id: 'bytes', title: 'Size', value: (file) => file.bytes, show: (file) => bytes(file.bytes), isNumber: true },
];

export function FilesTab({ trial }: { readonly trial: TrialDetailAnswer }) {
  const { file } = route.useSearch();
  const navigate = route.useNavigate();
  const files = trial.stages.flatMap(({ kind, artifacts }) =>
    artifacts.map((artifact) => ({ stage: kind, ...artifact })),
  );
  if (files.length === 0) return <Empty title="No file yet">Files appear with the first stage that ends.</Empty>;
  const shown =
    files.find(({ hash }) => hash === file) ?? files.findLast(({ name }) => name.endsWith('.json')) ?? files[0];
  return (
    <div className="split">
      <DataTable
        name={`trial-${trial.id}-files`}
        rows={files}
        columns={COLUMNS}
        idOf={({ stage, name, hash }) => `${stage}/${name}/${hash}`}
        selected={shown && `${shown.stage}/${shown.name}/${shown.hash}`}
        open={({ hash }) => void navigate({ search: (old) => ({ ...old, file: hash }), replace: true })}
        rowHeight={34}
      />
      <Stack>{shown !== undefined && <ArtifactPreview hash={shown.hash} name={shown.name} />}</Stack>
    </div>
  );
}
