import type { BoardAnswer } from '#features/boards/http/experiments.schema.ts';
import { Group, Select } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Chart } from '../../components/chart.tsx';
import { Empty } from '../../components/condition.tsx';
import { settingText } from '../../lib/format.ts';
import type { PivotData } from './pivot.plot.ts';
import { pivot } from './pivot.ts';
import { shownArms } from './shown-arms.ts';

const route = getRouteApi('/experiments/$name');
const load = () => import('./pivot.plot.ts');

/** Any two axes against each other; arms that differ in a third are averaged, and the note says so. */
export function PivotTab({ board }: { readonly board: BoardAnswer }) {
  const { dataset, rows, columns } = route.useSearch();
  const navigate = route.useNavigate();
  const keys = board.axes.map(({ key }) => key);
  const rowKey = rows !== undefined && keys.includes(rows) ? rows : (keys[0] ?? '');
  const columnKey =
    columns !== undefined && keys.includes(columns) && columns !== rowKey
      ? columns
      : (keys.find((key) => key !== rowKey) ?? '');
  const data = useMemo(() => pivotOf(board, dataset, [rowKey, columnKey]), [board, dataset, rowKey, columnKey]);
  const others = keys.filter((key) => key !== rowKey && key !== columnKey);
  return (
    <>
      <Group mb={14} gap="sm">
        <Select
          label="Rows"
          size="xs"
          data={keys}
          value={rowKey}
          allowDeselect={false}
          onChange={(key) => void navigate({ search: (old) => ({ ...old, rows: key ?? undefined }), replace: true })}
        />
        <Select
          label="Columns"
          size="xs"
          data={keys.filter((key) => key !== rowKey)}
          value={columnKey}
          allowDeselect={false}
          onChange={(key) => void navigate({ search: (old) => ({ ...old, columns: key ?? undefined }), replace: true })}
        />
      </Group>
      {data.cells.some(({ value }) => value !== null) ? (
        <Chart
          name={`${board.experiment}-pivot`}
          title={`${board.metric} by ${rowKey} and ${columnKey}`}
          note={others.length === 0 ? 'Mean over seeds.' : `Mean over seeds and over ${others.join(', ')}.`}
          summary={data.cells.map(({ row, column, value }) => `${row}, ${column}: ${value ?? 'no result'}`).join('; ')}
          data={data}
          load={load}
          csv={() => ({
            header: [rowKey, columnKey, board.metric],
            rows: data.cells.map(({ row, column, value }) => [row, column, value]),
          })}
        />
      ) : (
        <Empty title="No arm of the grid has a result yet">Cells fill as trials end.</Empty>
      )}
    </>
  );
}

function pivotOf(
  board: BoardAnswer,
  dataset: string | undefined,
  [rowKey, columnKey]: readonly [string, string],
): PivotData {
  const valuesOf = (wanted: string): readonly string[] =>
    board.axes.find(({ key }) => key === wanted)?.values.map(settingText) ?? [];
  return {
    cells: pivot(shownArms(board, dataset).arms, rowKey, columnKey),
    rows: valuesOf(rowKey),
    columns: valuesOf(columnKey),
    rowName: rowKey,
    columnName: columnKey,
  };
}
