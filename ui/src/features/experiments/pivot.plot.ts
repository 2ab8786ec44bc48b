import { cell, text, type PlotOptions } from '@observablehq/plot';
import type { Look } from '../../components/chart.tsx';
import { metric } from '../../lib/format.ts';
import type { PivotCell } from './pivot.ts';

export interface PivotData {
  readonly cells: readonly PivotCell[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly rowName: string;
  readonly columnName: string;
}

/** One hue, from pale to deep: more is darker on paper and lighter on a dark ground, and prints in grey. */
export function draw({ cells, rows, columns, rowName, columnName }: PivotData, { width, isDark }: Look): PlotOptions {
  const known = cells.flatMap(({ value }) => value ?? []);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  // Where black and white are equally readable on the colour between the two ends.
  const turn = low + (high - low) * (isDark ? 0.48 : 0.78);
  const inkOn = (value: number): string => (value > turn === isDark ? '#0b0b0b' : '#ffffff');
  return {
    width: Math.min(width, Math.max(420, columns.length * 150 + 160)),
    height: rows.length * 56 + 70,
    marginLeft: 130,
    marginTop: 40,
    marginBottom: 10,
    x: { domain: [...columns], axis: 'top', label: columnName, tickSize: 0 },
    y: { domain: [...rows], label: rowName, tickSize: 0 },
    color: {
      type: 'linear',
      domain: [low, high],
      range: isDark ? ['#22363a', '#8fd3da'] : ['#e6f1f2', '#1f5f66'],
      interpolate: 'lab',
    },
    style: { fontSize: '13px', background: 'transparent' },
    marks: [
      cell(cells, {
        x: 'column',
        y: 'row',
        fill: 'value',
        inset: 1.5,
        rx: 4,
        title: ({ arms }: PivotCell) => arms.join('\n'),
      }),
      text(cells, {
        x: 'column',
        y: 'row',
        text: ({ value }: PivotCell) => metric(value),
        fill: ({ value }: PivotCell) => (value === null ? 'currentColor' : inkOn(value)),
        fontVariant: 'tabular-nums',
        fontSize: 14,
      }),
    ],
  };
}
