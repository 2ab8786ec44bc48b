import { dot, line, plot } from '@observablehq/plot';
import type { Line } from './line.ts';

interface Picture {
  readonly title: string;
  readonly xName: string;
  readonly lines: readonly Line[];
  readonly strokes: readonly string[];
}

/** The same curves as a vector picture, for a paper. */
export function lineSvg({ title, xName, lines, strokes }: Picture): string {
  const rows = lines.flatMap(({ name, points }) => points.map(([x, y]) => ({ name, x, y })));
  const element = plot({
    width: 640,
    height: 360,
    marginLeft: 60,
    x: { label: xName },
    y: { label: title, grid: true },
    color: { domain: lines.map(({ name }) => name), range: [...strokes] },
    marks: [line(rows, { x: 'x', y: 'y', stroke: 'name' }), dot(rows, { x: 'x', y: 'y', fill: 'name', r: 2 })],
  });
  element.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(element);
}
