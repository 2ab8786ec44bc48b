import { ActionIcon, Group, Menu, Title, useComputedColorScheme } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type uPlot from 'uplot';
import type { AlignedData } from 'uplot';
import { csvOf, download } from '../lib/csv.ts';
import { number } from '../lib/format.ts';
import type { Line } from './line.ts';

interface Props {
  readonly name: string;
  readonly title: string;
  readonly xName: string;
  readonly lines: readonly Line[];
  readonly height?: number;
}

/** Okabe and Ito's colours, and dashes, so that lines differ without colour as well. */
const STROKES = {
  light: ['#1f5f66', '#b04a00', '#0b5fa5', '#8a5a00', '#8c4a7d', '#504d46'],
  dark: ['#7cc4cb', '#f0a066', '#7db9f0', '#ecc062', '#d9a0cb', '#bdbab3'],
} as const;
const DASHES = [[], [6, 4], [2, 3], [10, 4, 2, 4], [4, 4], [1, 4]] as const;

/** Lines with a point a step; all charts of a page share the cursor. */
export function LineChart({ name, title, xName, lines, height = 200 }: Props) {
  const scheme = useComputedColorScheme('light');
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let chart: uPlot | null = null;
    let isGone = false;
    const observer = new ResizeObserver(() => chart?.setSize({ width: element.clientWidth, height }));
    void Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]).then(([{ default: UPlot }]) => {
      if (isGone) return;
      chart = new UPlot(
        optionsOf({ lines, scheme, xName, size: { width: element.clientWidth, height } }),
        aligned(lines),
        element,
      );
      observer.observe(element);
    });
    return () => {
      isGone = true;
      observer.disconnect();
      chart?.destroy();
    };
  }, [lines, scheme, xName, height]);
  const savePng = (): void =>
    place.current?.querySelector('canvas')?.toBlob((blob) => blob !== null && download(`${name}.png`, blob));
  const saveSvg = (): void => {
    void import('./line-svg.ts').then(({ lineSvg }) =>
      download(`${name}.svg`, lineSvg({ title, xName, lines, strokes: STROKES[scheme] }), 'image/svg+xml'),
    );
  };
  const saveCsv = (): void =>
    download(
      `${name}.csv`,
      csvOf(
        ['line', xName, name],
        lines.flatMap((line) => line.points.map(([x, y]) => [line.name, x, y])),
      ),
    );
  return (
    <figure className="card" style={{ margin: 0, padding: '14px 16px 8px' }} aria-label={title}>
      <Group justify="space-between" mb={4} wrap="nowrap">
        <Title order={3}>{title}</Title>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Export ${title}`}>
              <IconDownload size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={saveSvg}>Picture as SVG</Menu.Item>
            <Menu.Item onClick={savePng}>Picture as PNG</Menu.Item>
            <Menu.Item onClick={saveCsv}>Data as CSV</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      <div
        ref={place}
        className="line-chart"
        role="img"
        aria-label={summaryOf(title, lines)}
        style={{ minHeight: height + 30 }}
      />
    </figure>
  );
}

interface Drawing {
  readonly lines: readonly Line[];
  readonly scheme: 'light' | 'dark';
  readonly xName: string;
  readonly size: { readonly width: number; readonly height: number };
}

function optionsOf({ lines, scheme, xName, size }: Drawing): uPlot.Options {
  const ink = scheme === 'dark' ? '#a19e96' : '#6b675f';
  const grid = scheme === 'dark' ? '#33312d' : '#e5e2dc';
  const axis = {
    stroke: ink,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
    font: '11px Inter, system-ui, sans-serif',
  };
  return {
    ...size,
    cursor: { sync: { key: 'curves' } },
    scales: { x: { time: false } },
    axes: [axis, { ...axis, size: 54, values: (_, ticks) => ticks.map(number) }],
    legend: { live: true },
    series: [
      { label: xName },
      ...lines.map(({ name }, index) => ({
        label: name,
        stroke: STROKES[scheme][index % STROKES[scheme].length] ?? ink,
        width: 1.75,
        dash: [...(DASHES[index % DASHES.length] ?? [])],
        points: { show: true, size: 4 },
        value: (_: uPlot, value: number | null) => number(value),
        spanGaps: true,
      })),
    ],
  };
}

/** Every x of any line once; a line that has no value there has a hole. */
function aligned(lines: readonly Line[]): AlignedData {
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(([x]) => x)))].toSorted((one, other) => one - other);
  return [xs, ...lines.map(({ points }) => valuesAt(xs, new Map(points)))];
}

function valuesAt(xs: readonly number[], values: ReadonlyMap<number, number>): (number | null)[] {
  return xs.map((x) => values.get(x) ?? null);
}

function summaryOf(title: string, lines: readonly Line[]): string {
  return `${title}: ${lines.map(({ name, points }) => `${name} ends at ${number(points.at(-1)?.[1])}`).join('; ')}`;
}
