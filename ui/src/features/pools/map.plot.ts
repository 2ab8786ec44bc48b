import { dot, text, type PlotOptions } from '@observablehq/plot';
import type { ProjectionAnswer } from '#features/pools/http/pools.schema.ts';
import type { Look } from '../../components/chart.tsx';
import { percent } from '../../lib/format.ts';

type Point = ProjectionAnswer['points'][number];

export function draw(points: readonly Point[], { width, isDark }: Look): PlotOptions {
  const sessions = points.filter(({ kind }) => kind === 'session');
  const intents = points.filter(({ kind }) => kind === 'intent');
  const accent = isDark ? '#f0a066' : '#b04a00';
  return {
    width,
    height: Math.min(640, Math.max(360, width * 0.6)),
    margin: 24,
    x: { axis: null },
    y: { axis: null },
    style: { fontSize: '12px', background: 'transparent' },
    marks: [
      dot(sessions, {
        x: 'x',
        y: 'y',
        r: 2.4,
        fill: isDark ? '#7cc4cb' : '#1f5f66',
        fillOpacity: 0.45,
        title: ({ label, probability }: Point) => `${label}${probability === null ? '' : ` (${percent(probability)})`}`,
        tip: true,
      }),
      dot(intents, { x: 'x', y: 'y', r: 5, symbol: 'diamond', fill: accent }),
      text(intents, {
        x: 'x',
        y: 'y',
        text: 'label',
        dy: -11,
        fontWeight: 560,
        stroke: isDark ? '#1d1c1a' : '#ffffff',
        strokeWidth: 4,
        fill: 'currentColor',
      }),
    ],
  };
}
