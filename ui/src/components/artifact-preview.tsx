import type { ArtifactPreviewAnswer } from '#features/artifacts/http/artifacts.schema.ts';
import { Button, Group, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { address } from '../lib/api.ts';
import { bytes, count, number, settingText } from '../lib/format.ts';
import { reading } from '../lib/queries.ts';
import { Answered } from './condition.tsx';
import { DataTable, type Column } from './data-table.tsx';
import { Card } from './page.tsx';

interface Props {
  readonly hash: string;
  readonly name: string;
}

/** The beginning of a file as what it is: a value, a table, a text, a picture, tensors. */
export function ArtifactPreview({ hash, name }: Props) {
  const query = useQuery(reading<ArtifactPreviewAnswer>(`/artifacts/${hash}/preview`));
  return (
    <Card>
      <Group justify="space-between" mb={12} wrap="nowrap">
        <Title order={3} style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Title>
        <Button
          component="a"
          href={address(`/artifacts/${hash}`)}
          download={name}
          variant="default"
          size="compact-sm"
          leftSection={<IconDownload size={14} aria-hidden />}
        >
          {query.data === undefined ? 'Whole file' : bytes(query.data.bytes)}
        </Button>
      </Group>
      <Answered query={query}>{(preview) => <Content of={preview} />}</Answered>
    </Card>
  );
}

function Content({ of: preview }: { readonly of: ArtifactPreviewAnswer }) {
  switch (preview.kind) {
    case 'json':
      return <pre className="text">{JSON.stringify(preview.value, null, 2)}</pre>;
    case 'text':
      return <pre className="text">{preview.isCut ? `${preview.text}\n…` : preview.text}</pre>;
    case 'image':
      return <img src={address(`/artifacts/${preview.hash}`)} alt={preview.name} style={{ maxWidth: '100%' }} />;
    case 'table':
      return <Rows of={preview} />;
    case 'tensors':
      return <Tensors of={preview} />;
    case 'binary':
      return <span className="muted">Bytes that only a program can read.</span>;
  }
}

type Table = Extract<ArtifactPreviewAnswer, { kind: 'table' }>;

function Rows({ of: { name, columns, rows, total } }: { readonly of: Table }) {
  const numbered = rows.map((cells, index) => ({ index, cells }));
  const shown: Column<(typeof numbered)[number]>[] = columns.map((title, place) => ({
    id: title,
    title,
    value: ({ cells }) => settingText(cells[place]),
    show: ({ cells }) => (
      <span className="clamp" style={{ display: 'block', maxWidth: 320 }} title={settingText(cells[place])}>
        {settingText(cells[place])}
      </span>
    ),
  }));
  return (
    <DataTable
      name={name}
      rows={numbered}
      columns={shown}
      idOf={({ index }) => String(index)}
      rowHeight={32}
      tools={<span className="muted">{`${count(rows.length)} of ${count(total)} rows`}</span>}
    />
  );
}

type TensorFile = Extract<ArtifactPreviewAnswer, { kind: 'tensors' }>;

function Tensors({ of: { name, tensors } }: { readonly of: TensorFile }) {
  const columns: readonly Column<TensorFile['tensors'][number]>[] = [
    {
      id: 'name',
      title: 'Tensor',
      value: (tensor) => tensor.name,
      show: (tensor) => <span className="mono">{tensor.name}</span>,
    },
    { id: 'shape', title: 'Shape', value: ({ shape }) => shape.join(' × ') },
    { id: 'dtype', title: 'Type', value: ({ dtype }) => dtype },
    {
      id: 'first',
      title: 'First values',
      value: ({ first }) => first.join(' '),
      show: ({ first }) => (
        <span className="num muted clamp" style={{ display: 'block', maxWidth: 300 }}>
          {first.slice(0, 6).map(number).join('  ')}
        </span>
      ),
      isSecondary: true,
    },
  ];
  return <DataTable name={name} rows={tensors} columns={columns} idOf={(tensor) => tensor.name} rowHeight={34} />;
}
