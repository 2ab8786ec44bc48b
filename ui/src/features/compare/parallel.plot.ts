import { axisX, dot, line, ruleX, text, type PlotOptions } from '@observablehq/plot';
import { armColors } from '../../components/arm-colors.ts';
import { armText } from '../../components/arm-label.tsx';
import type { Look } from '../../components/chart.tsx';
import type { ParallelData } from './parallel.ts';

interface Point {
  readonly arm: string;
  readonly axis: string;
  readonly height: number;
  readonly isMissing: boolean;
  readonly text: string;
}

/** Where a mark stands that has no value: below the foot, so that zero is not taken for nothing. */
const MISSING = -0.16;

export function draw({ arms, axes }: ParallelData, { width, isDark }: Look): PlotOptions {
  const points = axes.flatMap(({ name, heights, texts }) =>
    heights.map((height, index): Point => ({
      arm: arms[index] ?? '',
      axis: name,
      height: height ?? MISSING,
      isMissing: height === null,
      text: texts[index] ?? 'none',
    })),
  );
  const ticks = axes.flatMap(({ name, ticks: own }) => own.map((tick) => ({ axis: name, ...tick })));
  return {
    width: Math.max(width, axes.length * 150),
    height: 380,
    marginTop: 40,
    marginBottom: 20,
    marginLeft: 90,
    marginRight: 110,
    x: { type: 'point', domain: axes.map(({ name }) => name), label: null, axis: null },
    y: { domain: [-0.22, 1.1], axis: null },
    color: { domain: [...arms], range: [...armColors(isDark)], legend: true, tickFormat: armText },
    style: { fontSize: '12.5px', background: 'transparent' },
    marks: [
      axisX({ anchor: 'top', tickSize: 0, fontWeight: 560, lineWidth: 12 }),
      ruleX(axes, { x: 'name', y1: 0, y2: 1, strokeOpacity: 0.35 }),
      line(points, {
        x: 'axis',
        y: 'height',
        z: 'arm',
        stroke: 'arm',
        strokeWidth: 2,
        strokeOpacity: 0.85,
        curve: 'bump-x',
      }),
      dot(points, {
        x: 'axis',
        y: 'height',
        r: 4.5,
        stroke: 'arm',
        strokeWidth: 1.6,
        fill: isDark ? '#1d1c1a' : '#ffffff',
        title: (point: Point) => `${armText(point.arm)}\n${point.axis}: ${point.text}`,
        tip: true,
      }),
      dot(
        points.filter(({ isMissing }) => !isMissing),
        { x: 'axis', y: 'height', r: 4.5, fill: 'arm' },
      ),
      text(ticks, {
        x: 'axis',
        y: 'height',
        text: 'text',
        dx: 9,
        dy: -11,
        textAnchor: 'start',
        stroke: isDark ? '#1d1c1a' : '#ffffff',
        strokeWidth: 4,
        fill: 'currentColor',
        lineWidth: 14,
      }),
    ],
  };
}
